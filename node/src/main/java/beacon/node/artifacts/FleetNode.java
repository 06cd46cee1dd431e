package beacon.node.artifacts;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.views.nodes.NodesView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A storage node as the log knows it.
 *
 * @param failureDomain path from the largest domain to the smallest; empty: one of its own
 * @param weight how much it is given beside others
 * @param takesColumns whether new columns may be placed there: it is up and not drained
 * @param holds whether what it has still counts: it has not left
 */
public record FleetNode(
        PeerId id,
        List<Multiaddr> addresses,
        String failureDomain,
        long capacityBytes,
        double weight,
        boolean takesColumns,
        boolean holds) {
    public FleetNode {
        addresses = List.copyOf(addresses);
    }

    /** The nodes whose addresses can be read; one that nobody can reach is none. */
    public static List<FleetNode> of(List<NodeState> states) {
        List<FleetNode> nodes = new ArrayList<>();
        states.forEach(state -> of(state).ifPresent(nodes::add));
        return nodes;
    }

    /** The node, when its addresses can be read. */
    public static Optional<FleetNode> of(NodeState state) {
        try {
            return Optional.of(new FleetNode(
                    new PeerId(state.getNodeId()),
                    state.getAddressesList().stream().map(Multiaddr::parse).toList(),
                    state.getFailureDomain(),
                    state.getCapacityBytes(),
                    NodesView.weight(state),
                    state.getCondition() == NodeCondition.NODE_CONDITION_UP,
                    state.getCondition() != NodeCondition.NODE_CONDITION_LEFT));
        } catch (WireException unreadable) {
            return Optional.empty();
        }
    }
}
