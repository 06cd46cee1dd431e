package beacon.keys.client;

import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualPlan;
import beacon.keys.records.Seat;
import beacon.keys.signatures.Signature;
import beacon.keys.signatures.SignatureCodec;
import beacon.keys.signatures.SignedStatement;
import beacon.proto.v1.AdvanceRitualReply;
import beacon.proto.v1.AdvanceRitualRequest;
import beacon.proto.v1.GetCustodianReply;
import beacon.proto.v1.GetCustodianRequest;
import beacon.proto.v1.InstallKeyRecordRequest;
import beacon.proto.v1.RevokeRequest;
import beacon.proto.v1.RitualMessage;
import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Carries what custodians say to each other in a ritual, and asks them how they are. Holds no secret: it can stop a
 * ritual, and nothing else.
 */
public final class RitualCarrier {
    private static final int MAX_ROUNDS = 16;

    private final Channels channels;

    public RitualCarrier(Channels channels) {
        this.channels = channels;
    }

    /** A custodian as it describes itself, at the endpoint where it was asked. */
    public record About(Seat seat, String organisation) {}

    /**
     * Asks custodians who they are, all at once.
     *
     * @throws CustodyException.RitualFailed when one of them does not answer
     */
    public List<About> about(List<String> endpoints) {
        GetCustodianRequest request = GetCustodianRequest.newBuilder()
                .setRecords(GetCustodianRequest.Records.RECORDS_NONE)
                .build();
        List<CompletableFuture<GetCustodianReply>> replies =
                endpoints.stream().map(endpoint -> ask(endpoint, request)).toList();
        List<About> abouts = new ArrayList<>();
        for (int i = 0; i < endpoints.size(); i++) {
            try {
                GetCustodianReply reply = Channels.await(replies.get(i));
                Seat said = RecordCodec.decode(reply.getSeat());
                Seat seat = new Seat(said.name(), endpoints.get(i), said.ceremonyKey(), said.slotKey());
                abouts.add(new About(seat, reply.getOrganisation()));
            } catch (StatusRuntimeException failed) {
                throw new CustodyException.RitualFailed(
                        "expected a custodian at %s, but found: %s".formatted(endpoints.get(i), Round.problem(failed)));
            }
        }
        return abouts;
    }

    /** The record that a custodian has of a key; those of other keys may be thousands. */
    public Optional<KeyRecord> record(String endpoint, ByteString keyId) {
        GetCustodianRequest request = GetCustodianRequest.newBuilder()
                .setRecords(GetCustodianRequest.Records.RECORDS_ONE)
                .setKeyId(keyId)
                .build();
        return Channels.await(ask(endpoint, request)).getKeysList().stream()
                .map(RecordCodec::decode)
                .filter(record -> record.keyId().equals(keyId))
                .findFirst();
    }

    private CompletableFuture<GetCustodianReply> ask(String endpoint, GetCustodianRequest request) {
        return channels.call(endpoint, (custodian, reply) -> custodian.getCustodian(request, reply));
    }

    /** Gives a custodian a record; false when it had it. */
    public boolean install(String endpoint, KeyRecord record) {
        return channels.blocking(endpoint)
                .installKeyRecord(InstallKeyRecordRequest.newBuilder()
                        .setRecord(RecordCodec.encode(record))
                        .build())
                .getInstalled();
    }

    /** Tells a custodian of a revocation; false when it knew it. */
    public boolean revoke(String endpoint, SignedStatement revocation) {
        return channels.blocking(endpoint)
                .revoke(RevokeRequest.newBuilder()
                        .setRevocation(SignatureCodec.encode(revocation))
                        .build())
                .getRevoked();
    }

    /**
     * Runs a ritual to its end.
     *
     * @param authority the root's signatures of the plan, where custodians ask for them
     * @param present for a resharing: the present record; its dealers take part, too
     * @throws CustodyException.RitualFailed when it ends without a key; names who is to blame
     */
    public KeyRecord run(RitualPlan plan, List<Signature> authority, Optional<KeyRecord> present) {
        Map<String, Seat> parties = parties(plan, present);
        Map<String, List<RitualMessage>> said = new LinkedHashMap<>();
        Map<String, KeyRecord> records = new LinkedHashMap<>();
        Map<beacon.proto.v1.KeyRecord, KeyRecord> verified = new LinkedHashMap<>();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Map<String, AdvanceRitualReply> replies = visitAll(new Visit(plan, authority, present), parties, said);
            for (Map.Entry<String, Seat> party : parties.entrySet()) {
                AdvanceRitualReply reply = Objects.requireNonNull(replies.get(party.getKey()));
                if (reply.getBlamedCount() > 0) {
                    throw failed(plan, present, party.getValue(), reply);
                }
                if (reply.getMessagesCount() > 0) {
                    said.put(party.getKey(), reply.getMessagesList());
                }
                if (reply.hasRecord()) {
                    // As a rule all holders have the same bytes.
                    records.put(party.getKey(), verified.computeIfAbsent(reply.getRecord(), RecordCodec::decode));
                }
            }
            if (records.size() >= plan.seats().size()) {
                return spread(plan, parties, records);
            }
        }
        throw new CustodyException.RitualFailed(
                "expected the ritual to end, but found it going on after %d rounds".formatted(MAX_ROUNDS));
    }

    /** What every party is shown of a ritual. */
    private record Visit(RitualPlan plan, List<Signature> authority, Optional<KeyRecord> present) {}

    /**
     * Shows all parties at once what the others said so far. Waits for every answer, so that nothing of a ritual that
     * failed is still on its way.
     */
    private Map<String, AdvanceRitualReply> visitAll(
            Visit visit, Map<String, Seat> parties, Map<String, List<RitualMessage>> said) {
        AdvanceRitualRequest.Builder common = AdvanceRitualRequest.newBuilder()
                .setPlan(visit.plan().encoded())
                .addAllAuthority(SignatureCodec.encode(visit.authority()));
        visit.present().ifPresent(record -> common.setPrevious(RecordCodec.encode(record)));
        Map<String, CompletableFuture<AdvanceRitualReply>> calls = new LinkedHashMap<>();
        for (String party : parties.keySet()) {
            AdvanceRitualRequest.Builder request = common.clone();
            said.forEach((speaker, messages) -> {
                if (!speaker.equals(party)) {
                    request.addAllMessages(messages);
                }
            });
            calls.put(
                    party, channels.call(party, (custodian, reply) -> custodian.advanceRitual(request.build(), reply)));
        }
        Map<String, AdvanceRitualReply> replies = new LinkedHashMap<>();
        List<String> failures = new ArrayList<>();
        calls.forEach((endpoint, call) -> {
            try {
                replies.put(endpoint, Channels.await(call));
            } catch (StatusRuntimeException failed) {
                failures.add("expected custodian %s to take part, but found: %s"
                        .formatted(Objects.requireNonNull(parties.get(endpoint)).name(), Round.problem(failed)));
            }
        });
        if (!failures.isEmpty()) {
            throw new CustodyException.RitualFailed(String.join("; ", failures));
        }
        return replies;
    }

    /** Those who only dealt learn of the end, so that they forget their shares. */
    private KeyRecord spread(RitualPlan plan, Map<String, Seat> parties, Map<String, KeyRecord> records) {
        KeyRecord record = records.values().iterator().next();
        parties.forEach((endpoint, seat) -> {
            if (plan.indexOf(seat).isEmpty()) {
                install(endpoint, record);
            }
        });
        return record;
    }

    private static Map<String, Seat> parties(RitualPlan plan, Optional<KeyRecord> present) {
        Map<String, Seat> parties = new LinkedHashMap<>();
        present.ifPresent(record ->
                plan.dealers().forEach(dealer -> put(parties, record.plan().seat(dealer))));
        plan.seats().forEach(seat -> put(parties, seat));
        return parties;
    }

    private static void put(Map<String, Seat> parties, Seat seat) {
        parties.put(seat.endpoint(), seat);
    }

    private static CustodyException.RitualFailed failed(
            RitualPlan plan, Optional<KeyRecord> present, Seat witness, AdvanceRitualReply reply) {
        List<String> blamed = new ArrayList<>();
        reply.getBlamedList().forEach(blame -> {
            boolean dealer = blame.getKind().equals("FOREIGN_SHARE");
            RitualPlan seats = dealer && present.isPresent() ? present.get().plan() : plan;
            String name =
                    seats.hasSeat(blame.getSeat()) ? seats.seat(blame.getSeat()).name() : "nobody";
            blamed.add(name + " (" + blame.getKind() + ")");
        });
        return new CustodyException.RitualFailed("expected a key, but found that custodian %s blames %s"
                .formatted(witness.name(), String.join(", ", blamed)));
    }
}
