package beacon.steward.placement;

import beacon.model.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which node holds which piece.
 *
 * @param nodes by number of the piece, from 0; a piece for which there is no node is absent
 * @param shortfalls what is missing; empty when the plan is as wanted
 */
public record Plan(SortedMap<Integer, NodeId> nodes, List<Shortfall> shortfalls) {
    public Plan {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
        shortfalls = List.copyOf(shortfalls);
    }

    /** Pieces that are not where they were before. */
    public SortedMap<Integer, NodeId> changesFrom(Map<Integer, NodeId> before) {
        SortedMap<Integer, NodeId> changes = new TreeMap<>(nodes);
        changes.entrySet().removeIf(piece -> Objects.equals(piece.getValue(), before.get(piece.getKey())));
        return changes;
    }
}
