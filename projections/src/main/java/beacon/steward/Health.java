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
            if (id == null) {
                lost.add(number);
                continue;
            }
            boolean sound = column.getFaultedBlocks() == 0;
            switch (Fate.of(node, nowMicros, graceMicros)) {
                case STAYS -> {
                    (sound ? whole : faulted).put(number, id);
                    if (sound) {
                        staying.put(number, id);
                    }
                }
                case LEAVES -> keep(whole, lost, sound, number, id);
                case MAY_RETURN -> keep(waiting, lost, sound, number, id);
                case GONE -> lost.add(number);
            }
        }
        return new Health(group, whole, staying, faulted, waiting, lost);
    }

    private static void keep(
            SortedMap<Integer, NodeId> columns, SortedSet<Integer> lost, boolean sound, int number, NodeId id) {
        if (sound) {
            columns.put(number, id);
        } else {
            lost.add(number);
        }
    }
}
