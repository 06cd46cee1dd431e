package beacon.dht.bitswap;

/** What the exchange has done, for metrics. Belongs to the loop; {@link #snapshot} hands out numbers. */
public final class BitswapCounters {
    long messagesIn;
    long messagesOut;
    long messagesRefused;
    long blocksSent;
    long bytesSent;
    long blocksReceived;
    long bytesReceived;
    long duplicates;
    long unwanted;
    long wantsReceived;
    long wantsIgnored;
    long wantsSent;
    long dontHavesSent;
    long slowPeers;
    long limitsReached;

    /**
     * The counters at one moment.
     *
     * @param messagesRefused malformed or too long
     * @param blocksReceived that were wanted
     * @param duplicates blocks that had come from somebody else before
     * @param unwanted blocks that nobody asked for; not looked at
     * @param wantsReceived without cancels
     * @param wantsIgnored beyond the limit of a peer
     * @param wantsSent without cancels
     * @param slowPeers given up because they did not read or did not send
     * @param limitsReached streams refused and peers read more slowly
     */
    public record Snapshot(
            long messagesIn,
            long messagesOut,
            long messagesRefused,
            long blocksSent,
            long bytesSent,
            long blocksReceived,
            long bytesReceived,
            long duplicates,
            long unwanted,
            long wantsReceived,
            long wantsIgnored,
            long wantsSent,
            long dontHavesSent,
            long slowPeers,
            long limitsReached) {}

    /** The numbers now. */
    public Snapshot snapshot() {
        return new Snapshot(
                messagesIn,
                messagesOut,
                messagesRefused,
                blocksSent,
                bytesSent,
                blocksReceived,
                bytesReceived,
                duplicates,
                unwanted,
                wantsReceived,
                wantsIgnored,
                wantsSent,
                dontHavesSent,
                slowPeers,
                limitsReached);
    }
}
