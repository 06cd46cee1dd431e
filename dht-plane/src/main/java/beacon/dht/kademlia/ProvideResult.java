package beacon.dht.kademlia;

/**
 * What became of an announcement.
 *
 * @param stored peers that were told
 * @param failed peers that could not be told
 * @param walk the look-up that found them
 */
public record ProvideResult(int stored, int failed, LookupResult walk) {
    /** Requests in all, the walk included. */
    public int messages() {
        return walk.messages() + stored + failed;
    }
}
