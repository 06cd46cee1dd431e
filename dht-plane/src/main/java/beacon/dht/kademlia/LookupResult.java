package beacon.dht.kademlia;

import java.util.List;

/**
 * What a walk found.
 *
 * @param closest peers that answered, closest first, at most k
 * @param messages requests sent
 * @param answered of them
 * @param hops requests on the way to the closest peer
 * @param timedOut whether the deadline ended it
 * @param suspicious whether the closest peers are improbably close: somebody may have planted them
 */
public record LookupResult(
        List<KadPeer> closest, int messages, int answered, int hops, boolean timedOut, boolean suspicious) {
    public LookupResult {
        closest = List.copyOf(closest);
    }
}
