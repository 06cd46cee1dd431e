package beacon.steward;

import beacon.model.NodeId;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.NodeState;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a group is, by what is known of its nodes.
 *
 * @param whole nodes of the columns that can be read now, by column
 * @param staying those of them whose node keeps what it has
 * @param faulted nodes of columns that are to be made whole where they are
 * @param waiting columns of nodes that are down for less than the grace; they may come back by themselves
 * @param lost columns that are nowhere, or on nodes that are gone
 */
record Health(
        GroupState group,
        SortedMap<Integer, NodeId> whole,
        SortedMap<Integer, NodeId> staying,
        SortedMap<Integer, NodeId> faulted,
        SortedMap<Integer, NodeId> waiting,
        SortedSet<Integer> lost) {

    static Health of(GroupState group, Map<NodeId, NodeState> nodes, long nowMicros, long graceMicros) {
        SortedMap<Integer, NodeId> whole = new TreeMap<>();
        SortedMap<Integer, NodeId> staying = new TreeMap<>();
        SortedMap<Integer, NodeId> faulted = new TreeMap<>();
        SortedMap<Integer, NodeId> waiting = new TreeMap<>();
        SortedSet<Integer> lost = new TreeSet<>();
        for (int number = 0; number < group.getColumnsCount(); number++) {
            ColumnState column = group.getColumns(number);
            NodeId id = column.getNodeId().isEmpty() ? null : NodeId.of(column.getNodeId());
            NodeState node = id == null ? null : nodes.get(id);
            if (id == null || node == null) {
                lost.add(number);
                continue;
            }
            boolean sound = column.getFaultedBlocks() == 0;
            switch (node.getCondition()) {
                case NODE_CONDITION_UP -> {
                    (sound ? whole : faulted).put(number, id);
                    if (sound) {
                        staying.put(number, id);
                    }
                }
                case NODE_CONDITION_DRAINED -> {
                    if (sound) {
                        whole.put(number, id);
                    } else {
                        lost.add(number);
                    }
                }
                case NODE_CONDITION_DOWN -> {
                    if (sound && nowMicros - node.getChangedUnixMicros() < graceMicros) {
                        waiting.put(number, id);
                    } else {
                        lost.add(number);
                    }
                }
                case NODE_CONDITION_LEFT, NODE_CONDITION_UNSPECIFIED, UNRECOGNIZED -> lost.add(number);
            }
        }
        return new Health(group, whole, staying, faulted, waiting, lost);
    }

    /** Whether every column can be read now. */
    boolean isWhole() {
        return whole.size() == group.getColumnsCount();
    }

    /** Columns that may still be lost before the group cannot be read; below 0 it cannot now. */
    int margin() {
        return whole.size() - group.getDataShards();
    }

    /**
     * Logarithm of the probability that so many more columns are lost as make the group unreadable, when each is lost with
     * the same small probability: of that many chosen from those there are.
     */
    double risk(double lossProbability) {
        int more = margin() + 1;
        double log = more * StrictMath.log(lossProbability);
        for (int i = 0; i < more; i++) {
            log += StrictMath.log((double) (whole.size() - i) / (i + 1));
        }
        return log;
    }
}
