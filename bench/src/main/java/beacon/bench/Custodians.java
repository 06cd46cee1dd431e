package beacon.bench;

import beacon.keys.Entropy;
import beacon.keys.custody.Ceremony;
import beacon.keys.custody.CeremonyMessage;
import beacon.keys.custody.CeremonyStep;
import beacon.keys.custody.KeyShare;
import beacon.keys.custody.OrgKey;
import beacon.keys.custody.Partial;
import beacon.keys.custody.PartialRequest;
import beacon.keys.custody.Party;
import beacon.keys.custody.Session;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Three custodians of one key in this process; two of them open. */
record Custodians(OrgKey key, Map<Integer, KeyShare> shares, Entropy entropy) {
    static final int THRESHOLD = 2;
    static final int SIZE = 3;

    private static final int SESSION_BYTES = 32;

    private record Envelope(int from, int to, CeremonyMessage message) {}

    /** Holds the ceremony of all three parties. */
    static Custodians born(Entropy entropy) {
        List<Party> parties = IntStream.rangeClosed(1, SIZE)
                .mapToObj(index -> new Party(index, Scalar.random(entropy)))
                .toList();
        Session session = new Session(
                ByteString.copyFrom(entropy.bytes(SESSION_BYTES)),
                THRESHOLD,
                parties.stream().map(party -> party.publicKey(entropy)).toList(),
                ByteString.EMPTY);
        Map<Integer, Ceremony> ceremonies = new TreeMap<>();
        parties.forEach(party -> ceremonies.put(party.index(), Ceremony.join(session, party, entropy)));
        Ring ring = new Ring();
        ceremonies.forEach((index, ceremony) -> ring.take(index, ceremony.start()));
        for (Envelope next = ring.queue.poll(); next != null; next = ring.queue.poll()) {
            Ceremony receiver = Optional.ofNullable(ceremonies.get(next.to)).orElseThrow();
            ring.take(next.to, receiver.receive(next.from, next.message));
        }
        return new Custodians(
                ring.key.orElseThrow(() -> new BenchException("expected a ceremony to give a key")),
                ring.shares,
                entropy);
    }

    Partial partial(int index, PartialRequest request) {
        KeyShare share = Optional.ofNullable(shares.get(index)).orElseThrow();
        return Partial.compute(share, key, request, entropy)
                .partial()
                .orElseThrow(() -> new BenchException("expected custodian " + index + " to answer"));
    }

    /** What is on its way, and what came of it. */
    private static final class Ring {
        private final ArrayDeque<Envelope> queue = new ArrayDeque<>();
        private final Map<Integer, KeyShare> shares = new TreeMap<>();
        private Optional<OrgKey> key = Optional.empty();

        void take(int self, List<CeremonyStep> steps) {
            for (CeremonyStep step : steps) {
                if (step instanceof CeremonyStep.Send send) {
                    IntStream.rangeClosed(1, SIZE)
                            .filter(to -> to != self)
                            .forEach(to -> queue.add(new Envelope(self, to, send.message())));
                } else if (step instanceof CeremonyStep.Keep keep) {
                    shares.put(self, keep.share());
                } else if (step instanceof CeremonyStep.Done done) {
                    key = Optional.of(done.key());
                }
            }
        }
    }
}
