package beacon.views.nodes;

import beacon.model.Event;
import beacon.model.Event.NodeChanged;
import beacon.model.Event.NodeJoined;
import beacon.model.Event.NodesAudited;
import beacon.model.NodeId;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.views.Keys;
import beacon.views.LogEntry;
import beacon.views.MessageValues;
import beacon.views.StateReader;
import beacon.views.View;
import beacon.views.ViewException;
import beacon.views.ViewState;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** All nodes that ever joined, in the order of their ids. A node that left stays, so that history can name it. */
public final class NodesView implements View {
    private static final byte[] FIRST = {};
    private static final byte[] LAST = {(byte) 0xff};
    private static final MessageValues<NodeState> NODES = new MessageValues<>(NodeState.parser(), "a node's state");
    private static final int MILLION = 1_000_000;

    /** Audits that the reliability remembers, about. */
    private static final int SMOOTHING = 16;

    private static final int STEERING = 6;

    @Override
    public String name() {
        return "nodes";
    }

    @Override
    public int version() {
        return 3;
    }

    @Override
    public void evolve(LogEntry entry, ViewState state) {
        if (!entry.isOfTypes(
                        beacon.proto.v1.Event.NODE_JOINED_FIELD_NUMBER, beacon.proto.v1.Event.NODE_DRAINED_FIELD_NUMBER)
                && entry.eventType() != beacon.proto.v1.Event.NODES_AUDITED_FIELD_NUMBER) {
            return;
        }
        Event event = entry.event();
        if (event instanceof NodeJoined joined) {
            joined(entry, joined, state);
        } else if (event instanceof NodeChanged changed) {
            changed(entry, changed, state);
        } else if (event instanceof NodesAudited audited) {
            audited.audits().forEach(audit -> audited(entry, audit, state));
        }
    }

    private static void joined(LogEntry entry, NodeJoined joined, ViewState state) {
        byte[] key = joined.nodeId().toByteArray();
        NodeState.Builder node = NODES.find(state, key)
                .map(NodeState::toBuilder)
                .orElseGet(() -> NodeState.newBuilder()
                        .setNodeId(joined.nodeId())
                        .setJoinedSequence(entry.sequence())
                        .setReliabilityMillionths(MILLION));
        node.clearAddresses()
                .addAllAddresses(joined.addresses())
                .setFailureDomain(joined.failureDomain())
                .setCapacityBytes(joined.capacityBytes());
        state.put(key, changed(node, entry, upOrDrained(node), ""));
    }

    private static void changed(LogEntry entry, NodeChanged changed, ViewState state) {
        byte[] key = changed.nodeId().toByteArray();
        NodeState.Builder node = known(entry, key, state);
        NodeCondition condition = switch (changed.change()) {
            case LEFT -> NodeCondition.NODE_CONDITION_LEFT;
            case WENT_DOWN -> NodeCondition.NODE_CONDITION_DOWN;
            case CAME_UP -> upOrDrained(node);
            case DRAINED -> NodeCondition.NODE_CONDITION_DRAINED;
        };
        switch (changed.change()) {
            case DRAINED -> node.setDrained(true);
            // If it ever joins again, it is as a new one.
            case LEFT -> node.setDrained(false);
            case WENT_DOWN, CAME_UP -> {
                // Whether it answers says nothing about whether it is to be emptied.
            }
        }
        state.put(key, changed(node, entry, condition, changed.reason()));
    }

    /** The reliability moves a part of the way to what this audit showed; integers, so that it is the same everywhere. */
    private static void audited(LogEntry entry, NodesAudited.Audit audit, ViewState state) {
        byte[] key = audit.nodeId().toByteArray();
        NodeState.Builder node = known(entry, key, state).setAuditedUnixMicros(entry.timeUnixMicros());
        if (audit.missing() == 0) {
            node.setProvedUnixMicros(entry.timeUnixMicros());
        }
        if (audit.asked() > 0) {
            long shown = MILLION - MILLION * (long) audit.missing() / audit.asked();
            long moved = (node.getReliabilityMillionths() * (SMOOTHING - 1L) + shown) / SMOOTHING;
            // Towards the top it is rounded up: a node that never fails again is trusted wholly in the end.
            node.setReliabilityMillionths((int) (shown == MILLION ? Math.min(MILLION, moved + 1) : moved));
        }
        state.put(key, node.build().toByteArray());
    }

    private static NodeState.Builder known(LogEntry entry, byte[] key, ViewState state) {
        return NODES
                .find(state, key)
                .orElseThrow(() -> new ViewException(
                        "expected entry %d to be about nodes that have joined, but found an unknown one"
                                .formatted(entry.sequence())))
                .toBuilder();
    }

    /**
     * How much a node is given beside others: its capacity, less for one that lost blocks lately. A node that shows 9 of 10
     * blocks gets about a half.
     */
    public static double weight(NodeState node) {
        double reliability = node.getReliabilityMillionths() / (double) MILLION;
        return Math.max(1.0, node.getCapacityBytes() * StrictMath.pow(reliability, STEERING));
    }

    private static NodeCondition upOrDrained(NodeState.Builder node) {
        return node.getDrained() ? NodeCondition.NODE_CONDITION_DRAINED : NodeCondition.NODE_CONDITION_UP;
    }

    private static byte[] changed(NodeState.Builder node, LogEntry entry, NodeCondition condition, String reason) {
        return node.setCondition(condition)
                .setReason(reason)
                .setChangedSequence(entry.sequence())
                .setChangedUnixMicros(entry.timeUnixMicros())
                .build()
                .toByteArray();
    }

    /** The node with this id, if it ever joined. */
    public static Optional<NodeState> find(StateReader state, NodeId id) {
        return NODES.find(state, id.bytes().toByteArray());
    }

    /**
     * Nodes in the order of their ids.
     *
     * @param after id of the last node that the caller has; empty to begin
     */
    public static List<NodeState> list(StateReader state, ByteString after, int atMost, Predicate<NodeState> wanted) {
        byte[] from = after.isEmpty() ? FIRST : Keys.next(after.toByteArray());
        return NODES.list(state, from, LAST, atMost, wanted);
    }
}
