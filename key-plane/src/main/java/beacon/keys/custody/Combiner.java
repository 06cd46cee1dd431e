package beacon.keys.custody;

import beacon.keys.shares.Lagrange;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Puts partials together, as they come, until there are enough good ones. A bad one is named and left aside; it does not
 * stop the others. Not thread-safe.
 */
public final class Combiner {
    private static final Scalar INVERSE_COFACTOR = Scalar.of(8).invert();

    private final OrgKey key;
    private final PartialRequest request;
    private final Optional<Point> base;
    private final TreeMap<Integer, Partial> good = new TreeMap<>();
    private final TreeSet<Integer> liars = new TreeSet<>();

    public Combiner(OrgKey key, PartialRequest request) {
        this.key = key;
        this.request = request;
        this.base = request.point();
    }

    /** Takes a custodian's answer; false when it does not verify, and that custodian is named from here on. */
    public boolean offer(Partial partial) {
        if (base.isEmpty() || !key.hasCustodian(partial.index())) {
            return false;
        }
        if (good.containsKey(partial.index())) {
            return true;
        }
        if (!partial.verifies(key, request, base.get())) {
            liars.add(partial.index());
            return false;
        }
        liars.remove(partial.index());
        good.put(partial.index(), partial);
        return true;
    }

    /** Custodians that gave an answer that does not verify, and no other one. */
    public List<Integer> liars() {
        return List.copyOf(liars);
    }

    /** Custodians that gave no good answer. */
    public List<Integer> missing() {
        return IntStream.rangeClosed(1, key.size())
                .filter(index -> !good.containsKey(index))
                .boxed()
                .toList();
    }

    /** Good answers that are still needed. */
    public int needed() {
        return Math.max(0, key.threshold() - good.size());
    }

    /** The shared secret: what X25519 would give with the key that nobody has. Empty while answers are needed. */
    public Optional<byte[]> secret() {
        if (needed() > 0) {
            return Optional.empty();
        }
        TreeSet<Integer> chosen =
                new TreeSet<>(good.keySet().stream().limit(key.threshold()).toList());
        Point sum = Point.IDENTITY;
        for (int index : chosen) {
            Scalar weight = Lagrange.atZero(index, chosen).times(INVERSE_COFACTOR);
            sum = sum.plus(image(index).timesPublic(weight));
        }
        return Optional.of(sum.toMontgomery());
    }

    private Point image(int index) {
        return Optional.ofNullable(good.get(index)).orElseThrow().image();
    }
}
