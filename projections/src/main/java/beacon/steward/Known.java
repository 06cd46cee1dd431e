package beacon.steward;

import beacon.model.NodeId;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.NodeState;
import beacon.steward.placement.Candidate;
import beacon.steward.placement.Fleet;
import beacon.views.StateReader;
import beacon.views.nodes.NodesView;
import beacon.views.pins.NodeColumns;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of the nodes at a moment of the log.
 *
 * @param nodes all that ever joined
 */
record Known(SortedMap<NodeId, NodeState> nodes, long nowMicros, long graceMicros) {
    private static final Comparator<NodeId> ORDER =
            Comparator.comparing(NodeId::bytes, ByteString.unsignedLexicographicalComparator());

    static Known of(StateReader nodes, long nowMicros, long graceMicros) {
        SortedMap<NodeId, NodeState> known = new TreeMap<>(ORDER);
        for (NodeState node : NodesView.list(nodes, ByteString.EMPTY, Integer.MAX_VALUE, any -> true)) {
            known.put(NodeId.of(node.getNodeId()), node);
        }
        return new Known(known, nowMicros, graceMicros);
    }

    Health health(GroupState group) {
        return Health.of(group, nodes, nowMicros, graceMicros);
    }

    /** Nodes of which a column is to be moved, or made again, or waited for; what becomes of each. */
    Map<NodeId, Fate> notStaying() {
        SortedMap<NodeId, Fate> found = new TreeMap<>(ORDER);
        nodes.forEach((id, node) -> {
            Fate fate = Fate.of(node, nowMicros, graceMicros);
            if (fate != Fate.STAYS) {
                found.put(id, fate);
            }
        });
        return found;
    }

    /** Where something may be placed, beside all there are. */
    Fleet fleet(StateReader pins) {
        List<Candidate> open = new ArrayList<>();
        List<Candidate> all = new ArrayList<>();
        nodes.forEach((id, node) -> {
            Candidate candidate = Candidate.of(id, node.getFailureDomain(), NodesView.weight(node));
            all.add(candidate);
            boolean stays = Fate.of(node, nowMicros, graceMicros) == Fate.STAYS;
            if (stays
                    && node.getCapacityBytes()
                            > NodeColumns.load(pins, id.bytes()).bytes()) {
                open.add(candidate);
            }
        });
        return Fleet.of(open, all);
    }
}
