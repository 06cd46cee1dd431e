package beacon.node.artifacts;

import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How nodes did lately, for one reader: who is asked last, and how long to wait before asking somebody else, too. */
final class NodeScores {
    private static final long FIRST_NANOS = Duration.ofMillis(800).toNanos();
    private static final long LEAST_NANOS = Duration.ofMillis(150).toNanos();
    private static final long MOST_NANOS = Duration.ofSeconds(3).toNanos();
    private static final int PATIENCE_FACTOR = 3;

    /** Failures and slow answers, less its good ones; a node without any is not in it. */
    private final Map<PeerId, Integer> strikes = new ConcurrentHashMap<>();

    private final AtomicLong usualNanos = new AtomicLong(FIRST_NANOS / PATIENCE_FACTOR);

    void answered(PeerId node, long nanos) {
        long before = usualNanos.get();
        usualNanos.compareAndSet(before, before + (nanos - before) / 8);
        strikes.computeIfPresent(node, (id, count) -> count > 1 ? count - 1 : null);
    }

    /** It failed, or did not answer when others had. */
    void struck(PeerId node) {
        strikes.merge(node, 1, (before, one) -> Math.min(8, before + one));
    }

    int strikes(PeerId node) {
        return strikes.getOrDefault(node, 0);
    }

    /** After so long without an answer another column is asked for. */
    long hedgeNanos() {
        return Math.max(LEAST_NANOS, Math.min(MOST_NANOS, PATIENCE_FACTOR * usualNanos.get()));
    }
}
