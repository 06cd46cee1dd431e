package beacon.keys.client;

import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualPlan;
import beacon.keys.records.Seat;
import beacon.keys.signatures.Signature;
import beacon.keys.signatures.SignatureCodec;
import beacon.keys.signatures.SignedStatement;
import beacon.proto.v1.AdvanceRitualReply;
import beacon.proto.v1.GetCustodianReply;
import beacon.proto.v1.GetCustodianRequest;
import beacon.proto.v1.InstallKeyRecordRequest;
import beacon.proto.v1.RevokeRequest;
import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Carries what custodians say to each other in a ritual, and asks them how they are. Holds no secret: it can stop a
 * ritual, and nothing else.
 */
public final class RitualCarrier {
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
        RitualRounds rounds = new RitualRounds(plan, authority, present);
        while (true) {
            Optional<KeyRecord> record = rounds.take(visitAll(rounds));
            if (record.isPresent()) {
                rounds.formerHolders().forEach(endpoint -> install(endpoint, record.get()));
                return record.get();
            }
        }
    }

    /**
     * Shows all parties at once what the others said so far. Waits for every answer, so that nothing of a ritual that
     * failed is still on its way.
     */
    private Map<String, AdvanceRitualReply> visitAll(RitualRounds rounds) {
        Map<String, CompletableFuture<AdvanceRitualReply>> calls = new LinkedHashMap<>();
        rounds.next()
                .forEach((party, request) -> calls.put(
                        party, channels.call(party, (custodian, reply) -> custodian.advanceRitual(request, reply))));
        Map<String, AdvanceRitualReply> replies = new LinkedHashMap<>();
        List<String> failures = new ArrayList<>();
        calls.forEach((endpoint, call) -> {
            try {
                replies.put(endpoint, Channels.await(call));
            } catch (StatusRuntimeException failed) {
                failures.add("expected custodian %s to take part, but found: %s"
                        .formatted(rounds.name(endpoint), Round.problem(failed)));
            }
        });
        if (!failures.isEmpty()) {
            throw new CustodyException.RitualFailed(String.join("; ", failures));
        }
        return replies;
    }
}
