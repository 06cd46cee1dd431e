package beacon.steward;

import beacon.proto.v1.NodeState;
import org.jspecify.annotations.Nullable;

/** What becomes of the columns on a node. */
enum Fate {
    /** They can be read, and stay. */
    STAYS,
    /** They can be read, and are to be moved away. */
    LEAVES,
    /** The node is down, and may come back by itself. */
    MAY_RETURN,
    /** There is no such node any more, or it was down for longer than is waited. */
    GONE;

    /**
     * By what is known of the node.
     *
     * @param node null when nothing is
     * @param graceMicros how long one that is down is waited for
     */
    static Fate of(@Nullable NodeState node, long nowMicros, long graceMicros) {
        if (node == null) {
            return GONE;
        }
        return switch (node.getCondition()) {
            case NODE_CONDITION_UP -> STAYS;
            case NODE_CONDITION_DRAINED -> LEAVES;
            case NODE_CONDITION_DOWN -> nowMicros - node.getChangedUnixMicros() < graceMicros ? MAY_RETURN : GONE;
            case NODE_CONDITION_LEFT, NODE_CONDITION_UNSPECIFIED, UNRECOGNIZED -> GONE;
        };
    }
}
