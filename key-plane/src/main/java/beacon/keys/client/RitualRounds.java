package beacon.keys.client;

import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualPlan;
import beacon.keys.records.Seat;
import beacon.keys.signatures.Signature;
import beacon.keys.signatures.SignatureCodec;
import beacon.proto.v1.AdvanceRitualReply;
import beacon.proto.v1.AdvanceRitualRequest;
import beacon.proto.v1.RitualMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The rounds of one ritual: what to show every party, and what follows from all that they say to it. Waits for nobody and
 * has no connection; not thread-safe.
 */
public final class RitualRounds {
    private static final int MAX_ROUNDS = 16;

    private final RitualPlan plan;
    private final Optional<KeyRecord> present;
    private final AdvanceRitualRequest common;
    private final Map<String, Seat> parties = new LinkedHashMap<>();
    private final Map<String, List<RitualMessage>> said = new LinkedHashMap<>();
    private final Map<String, KeyRecord> records = new LinkedHashMap<>();
    private final Map<beacon.proto.v1.KeyRecord, KeyRecord> verified = new LinkedHashMap<>();
    private int rounds;

    /**
     * A ritual that has not begun.
     *
     * @param authority the root's signatures of the plan, where custodians ask for them
     * @param present for a resharing: the present record; its dealers take part, too
     */
    public RitualRounds(RitualPlan plan, List<Signature> authority, Optional<KeyRecord> present) {
        this.plan = plan;
        this.present = present;
        present.ifPresent(
                record -> plan.dealers().forEach(dealer -> put(record.plan().seat(dealer))));
        plan.seats().forEach(this::put);
        AdvanceRitualRequest.Builder builder = AdvanceRitualRequest.newBuilder()
                .setPlan(plan.encoded())
                .addAllAuthority(SignatureCodec.encode(authority));
        present.ifPresent(record -> builder.setPrevious(RecordCodec.encode(record)));
        this.common = builder.build();
    }

    private void put(Seat seat) {
        parties.put(seat.endpoint(), seat);
    }

    /** Name of the party at an endpoint. */
    public String name(String endpoint) {
        return Objects.requireNonNull(parties.get(endpoint)).name();
    }

    /**
     * What the next round shows to every party: all that the others said so far.
     *
     * @throws CustodyException.RitualFailed when it does not come to an end
     */
    public Map<String, AdvanceRitualRequest> next() {
        if (rounds++ >= MAX_ROUNDS) {
            throw new CustodyException.RitualFailed(
                    "expected the ritual to end, but found it going on after %d rounds".formatted(MAX_ROUNDS));
        }
        Map<String, AdvanceRitualRequest> requests = new LinkedHashMap<>();
        for (String party : parties.keySet()) {
            AdvanceRitualRequest.Builder request = common.toBuilder();
            said.forEach((speaker, messages) -> {
                if (!speaker.equals(party)) {
                    request.addAllMessages(messages);
                }
            });
            requests.put(party, request.build());
        }
        return requests;
    }

    /**
     * Takes the answers of all parties to one round.
     *
     * @return the record, once all holders have it
     * @throws CustodyException.RitualFailed when one of them gives up; names who is to blame
     */
    public Optional<KeyRecord> take(Map<String, AdvanceRitualReply> replies) {
        for (Map.Entry<String, Seat> party : parties.entrySet()) {
            AdvanceRitualReply reply = Objects.requireNonNull(replies.get(party.getKey()));
            if (reply.getBlamedCount() > 0) {
                throw failed(party.getValue(), reply);
            }
            if (reply.getMessagesCount() > 0) {
                said.put(party.getKey(), reply.getMessagesList());
            }
            if (reply.hasRecord()) {
                // As a rule all holders have the same bytes.
                records.put(party.getKey(), verified.computeIfAbsent(reply.getRecord(), RecordCodec::decode));
            }
        }
        return records.size() >= plan.seats().size()
                ? Optional.of(records.values().iterator().next())
                : Optional.empty();
    }

    /** Where those are who only dealt: they have to learn of the end, so that they forget their shares. */
    public List<String> formerHolders() {
        List<String> endpoints = new ArrayList<>();
        parties.forEach((endpoint, seat) -> {
            if (plan.indexOf(seat).isEmpty()) {
                endpoints.add(endpoint);
            }
        });
        return endpoints;
    }

    private CustodyException.RitualFailed failed(Seat witness, AdvanceRitualReply reply) {
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
