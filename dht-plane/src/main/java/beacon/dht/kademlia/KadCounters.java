package beacon.dht.kademlia;

/** What a DHT node has done, for metrics. Belongs to the loop; {@link #snapshot} hands out numbers. */
public final class KadCounters {
    long requestsSent;
    long requestsFailed;
    long requestsServed;
    long requestsRefused;
    long queries;
    long queryTimeouts;
    long queryHops;
    long queryMillis;
    long suspiciousQueries;

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
