package beacon.dht.kademlia;

/**
 * What became of an announcement.
 *
 * @param stored peers that were told
 * @param failed peers that could not be told
 * @param messages requests in all, the walk included
 */
public record ProvideResult(int stored, int failed, int messages) {}
