package beacon.dht.providers;

/** What announcing has cost, for metrics. Belongs to the loop. */
public final class ProvideCounters {
    long requests;
    long singleMessages;
    long regions;
    long lookups;
    long announced;
    long incomplete;

    /**
     * The counters at one moment.
     *
     * @param requests deliveries to a server: a batch with its answer, or a stream of single messages
     * @param singleMessages standard messages on such streams
     * @param regions swept
     * @param lookups done for them
     * @param announced contents, each time counted
     * @param incomplete contents that too few servers took, and that stay due
     */
    public record Snapshot(
            long requests, long singleMessages, long regions, long lookups, long announced, long incomplete) {}

    Snapshot snapshot() {
        return new Snapshot(requests, singleMessages, regions, lookups, announced, incomplete);
    }
}
