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
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /** A custodian as it describes itself. */
    public record About(Seat seat, String organisation, List<KeyRecord> keys) {}

    /** Asks a custodian who it is. */
    public About about(String endpoint) {
        GetCustodianReply reply = channels.blocking(endpoint).getCustodian(GetCustodianRequest.getDefaultInstance());
        return new About(
                RecordCodec.decode(reply.getSeat()),
                reply.getOrganisation(),
                reply.getKeysList().stream().map(RecordCodec::decode).toList());
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
        parties.keySet().forEach(endpoint -> said.put(endpoint, List.of()));
        Map<String, KeyRecord> records = new LinkedHashMap<>();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            for (Map.Entry<String, Seat> party : parties.entrySet()) {
                AdvanceRitualReply reply = advance(plan, authority, present, party, said);
                if (reply.getBlamedCount() > 0) {
                    throw failed(plan, present, party.getValue(), reply);
                }
                if (reply.getMessagesCount() > 0) {
                    said.put(party.getKey(), reply.getMessagesList());
                }
                if (reply.hasRecord()) {
                    records.put(party.getKey(), RecordCodec.decode(reply.getRecord()));
                }
            }
            if (records.size() >= plan.seats().size()) {
                return spread(plan, parties, records);
            }
        }
        throw new CustodyException.RitualFailed(
                "expected the ritual to end, but found it going on after %d rounds".formatted(MAX_ROUNDS));
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

    private AdvanceRitualReply advance(
            RitualPlan plan,
            List<Signature> authority,
            Optional<KeyRecord> present,
            Map.Entry<String, Seat> party,
            Map<String, List<RitualMessage>> said) {
        AdvanceRitualRequest.Builder request = AdvanceRitualRequest.newBuilder()
                .setPlan(plan.encoded())
                .addAllAuthority(SignatureCodec.encode(authority));
        present.ifPresent(record -> request.setPrevious(RecordCodec.encode(record)));
        said.forEach((endpoint, messages) -> {
            if (!endpoint.equals(party.getKey())) {
                request.addAllMessages(messages);
            }
        });
        try {
            return channels.blocking(party.getKey()).advanceRitual(request.build());
        } catch (StatusRuntimeException failed) {
            throw new CustodyException.RitualFailed("expected custodian %s to take part, but found: %s"
                    .formatted(party.getValue().name(), Round.problem(failed)));
        }
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
