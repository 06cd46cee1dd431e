package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A set of custodians in one test, and the messages between them. */
final class Custodians {
    final Entropy entropy;
    final List<Party> parties = new ArrayList<>();
    final TreeMap<Integer, KeyShare> shares = new TreeMap<>();
    final TreeMap<Integer, CeremonyStep> ends = new TreeMap<>();
    OrgKey key;

    Custodians(int size, Entropy entropy) {
        this.entropy = entropy;
        for (int index = 1; index <= size; index++) {
            parties.add(new Party(index, Scalar.random(entropy)));
        }
    }

    static Custodians born(int threshold, int size, Entropy entropy) {
        Custodians custodians = new Custodians(size, entropy);
        custodians.ceremony(threshold, UnaryOperator.identity());
        return custodians;
    }

    List<Point> publicKeys() {
        return parties.stream().map(party -> party.publicKey(entropy)).toList();
    }

    /** A message on its way; a test may change or drop it (null). */
    record Envelope(int from, int to, CeremonyMessage message) {}

    void ceremony(int threshold, UnaryOperator<Envelope> network) {
        Session session =
                new Session(ByteString.copyFrom(entropy.bytes(32)), threshold, publicKeys(), ByteString.EMPTY);
        Map<Integer, Ceremony> ceremonies = new TreeMap<>();
        parties.forEach(party -> ceremonies.put(party.index(), Ceremony.join(session, party, entropy)));
        ArrayDeque<Envelope> queue = new ArrayDeque<>();
        ceremonies.forEach((index, ceremony) -> handle(index, ceremony.start(), queue));
        while (!queue.isEmpty()) {
            Envelope envelope = network.apply(queue.poll());
            if (envelope != null) {
                handle(envelope.to, ceremonies.get(envelope.to).receive(envelope.from, envelope.message), queue);
            }
        }
        ceremonies.forEach((index, ceremony) -> handle(index, ceremony.expire(), queue));
    }

    private void handle(int self, List<CeremonyStep> steps, ArrayDeque<Envelope> queue) {
        for (CeremonyStep step : steps) {
            if (step instanceof CeremonyStep.Send send) {
                parties.stream()
                        .filter(party -> party.index() != self)
                        .forEach(party -> queue.add(new Envelope(self, party.index(), send.message())));
            } else if (step instanceof CeremonyStep.Keep keep) {
                shares.put(self, keep.share());
            } else {
                ends.put(self, step);
                if (step instanceof CeremonyStep.Done done) {
                    key = done.key();
                }
            }
        }
    }

    /** Gives new shares to others (or the same); {@code tamper} may change what dealers send. */
    Custodians reshare(int threshold, List<Integer> dealers, Custodians next, UnaryOperator<Contribution> tamper) {
        ResharePlan plan = new ResharePlan(
                ByteString.copyFrom(entropy.bytes(32)),
                key,
                new TreeSet<>(dealers),
                publicKeys(),
                threshold,
                next.publicKeys());
        Map<Integer, ReshareReceiver> receivers = new TreeMap<>();
        next.parties.forEach(party -> receivers.put(party.index(), new ReshareReceiver(plan, party, entropy)));
        ArrayDeque<Envelope> queue = new ArrayDeque<>();
        for (int dealer : dealers) {
            Contribution part = plan.deal(parties.get(dealer - 1), shares.get(dealer), entropy);
            Contribution sent = dealer == dealers.get(0) ? tamper.apply(part) : part;
            byte[] wire = sent.encode();
            receivers.forEach((index, receiver) -> next.handle(
                    index,
                    receiver.dealt(
                            dealer,
                            Contribution.decode(wire, threshold, next.parties.size())
                                    .orElseThrow()),
                    queue));
        }
        while (!queue.isEmpty()) {
            Envelope envelope = queue.poll();
            CeremonyMessage.Certified certified = (CeremonyMessage.Certified) envelope.message;
            next.handle(envelope.to, receivers.get(envelope.to).certified(envelope.from, certified.signature()), queue);
        }
        receivers.forEach((index, receiver) -> next.handle(index, receiver.expire(), queue));
        return next;
    }

    Partial partial(int index, PartialRequest request) {
        return Partial.compute(shares.get(index), key, request, entropy)
                .partial()
                .orElseThrow();
    }

    byte[] secret(PartialRequest request, Integer... chosen) {
        Combiner combiner = new Combiner(key, request);
        Arrays.stream(chosen).forEach(index -> combiner.offer(partial(index, request)));
        return combiner.secret().orElseThrow();
    }

    List<Blame> blamedBy(int index) {
        return ((CeremonyStep.Abort) ends.get(index)).blamed();
    }
}
