package beacon.dht.blockstore;

/**
 * State and counters of a block store; counters start at zero when it is opened.
 *
 * @param blocks stored
 * @param bytes of all blocks
 * @param quotaBytes that they may have
 * @param cacheHits reads answered from memory
 * @param cacheMisses reads that went to the disk
 * @param quarantined corrupt copies found
 * @param scrubCycles completed walks over all blocks
 */
public record BlockstoreStats(
        long blocks,
        long bytes,
        long quotaBytes,
        long cacheHits,
        long cacheMisses,
        long quarantined,
        long scrubCycles) {
    /** Share of reads that the cache answered, 0 when there were none. */
    public double cacheHitRate() {
        long reads = cacheHits + cacheMisses;
        return reads == 0 ? 0 : (double) cacheHits / reads;
    }
}
