package beacon.dht.kademlia;

import java.util.Arrays;
import java.util.List;

/** What a DHT node has done, for metrics. Belongs to the loop; {@link #snapshot} hands out numbers. */
public final class KadCounters {
    /** Upper bounds of the latency histogram, milliseconds. */
    public static final List<Integer> MILLIS_BOUNDS = List.of(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000);
    /** Upper bounds of the hops histogram. */
    public static final List<Integer> HOPS_BOUNDS = List.of(0, 1, 2, 3, 4, 5, 6, 8, 10);

    long requestsSent;
    long requestsFailed;
    long requestsServed;
    long requestsRefused;
    long queries;
    long queryTimeouts;
    long queryHops;
    long queryMillis;
    long suspiciousQueries;
    private final long[] byMillis = new long[MILLIS_BOUNDS.size() + 1];
    private final long[] byHops = new long[HOPS_BOUNDS.size() + 1];

    /** A query has ended. */
    void queryEnded(long millis, int hops) {
        queryMillis += millis;
        queryHops += hops;
        byMillis[bucket(MILLIS_BOUNDS, millis)]++;
        byHops[bucket(HOPS_BOUNDS, hops)]++;
    }

    private static int bucket(List<Integer> bounds, long value) {
        int bucket = 0;
        while (bucket < bounds.size() && value > bounds.get(bucket)) {
            bucket++;
        }
        return bucket;
    }

    /**
     * Queries by how long and how far they went: of each bound, how many did not exceed it and did exceed the one before;
     * last, how many exceeded all.
     */
    public record Histograms(List<Long> byMillis, List<Long> byHops) {
        public Histograms {
            byMillis = List.copyOf(byMillis);
            byHops = List.copyOf(byHops);
        }
    }

    /** The histograms now. */
    Histograms histograms() {
        return new Histograms(
                Arrays.stream(byMillis).boxed().toList(),
                Arrays.stream(byHops).boxed().toList());
    }

    /**
     * The counters at one moment.
     *
     * @param requestsSent to others, answered or not
     * @param requestsFailed of them
     * @param requestsServed for others
     * @param requestsRefused malformed, over the rate or not served
     * @param queryTimeouts queries that were ended by their deadline
     * @param queryHops sum over all queries
     * @param queryMillis sum over all queries
     * @param suspiciousQueries with closest peers that are improbably close
     */
    public record Snapshot(
            long requestsSent,
            long requestsFailed,
            long requestsServed,
            long requestsRefused,
            long queries,
            long queryTimeouts,
            long queryHops,
            long queryMillis,
            long suspiciousQueries) {}

    /** The numbers now. */
    public Snapshot snapshot() {
        return new Snapshot(
                requestsSent,
                requestsFailed,
                requestsServed,
                requestsRefused,
                queries,
                queryTimeouts,
                queryHops,
                queryMillis,
                suspiciousQueries);
    }
}
