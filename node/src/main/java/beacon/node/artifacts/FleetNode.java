package beacon.node.artifacts;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.util.List;

/**
 * A storage node as the log knows it.
 *
 * @param failureDomain path from the largest domain to the smallest; empty: one of its own
 * @param takesColumns whether new columns may be placed there: it is up and not drained
 * @param holds whether what it has still counts: it has not left
 */
public record FleetNode(
        PeerId id,
        List<Multiaddr> addresses,
        String failureDomain,
        long capacityBytes,
        boolean takesColumns,
        boolean holds) {
    public FleetNode {
        addresses = List.copyOf(addresses);
    }
}
