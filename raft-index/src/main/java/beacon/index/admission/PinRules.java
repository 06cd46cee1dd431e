package beacon.index.admission;

import beacon.proto.v1.Event;
import beacon.proto.v1.MoveCause;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.ShardFault;
import beacon.proto.v1.ShardFaulted;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.ShardMoved;
import com.google.protobuf.ByteString;
import java.util.LinkedHashSet;
import java.util.Set;

/** Shape and limits of the events about pins. */
final class PinRules {
    private static final int MAX_NODES = 1_024;
    private static final int MAX_GROUPS = 4_096;
    private static final int MAX_COLUMNS = 256;
    private static final int MAX_FAULTED_BLOCKS = 256;

    private PinRules() {}

    static void check(Event event) throws Inadmissible {
        switch (event.getBodyCase()) {
            case PIN_PLACED -> placed(event.getPinPlaced());
            case SHARD_MOVED -> moved(event.getShardMoved());
            case SHARD_FAULTED -> faulted(event.getShardFaulted());
            case PIN_RELEASED -> {
                EventRules.cid(event.getPinReleased().getManifestCid(), "manifest_cid");
                EventRules.text(event.getPinReleased().getReason(), "reason", 0, EventRules.MAX_TEXT);
            }
            default -> throw new IllegalArgumentException("expected an event about a pin");
        }
    }

    private static void placed(PinPlaced pin) throws Inadmissible {
        EventRules.cid(pin.getManifestCid(), "manifest_cid");
        if (pin.getNodesCount() > MAX_NODES) {
            throw EventRules.tooLarge("nodes", MAX_NODES, pin.getNodesCount());
        }
        Set<ByteString> nodes = new LinkedHashSet<>();
        for (ByteString node : pin.getNodesList()) {
            EventRules.nodeId(node);
            if (!nodes.add(node)) {
                throw EventRules.malformed("each of the nodes once", "one of them twice");
            }
        }
        if (pin.getGroupsCount() < 2) {
            throw EventRules.malformed("a group for the manifest and one or more for the payload", "fewer groups");
        }
        if (pin.getGroupsCount() > MAX_GROUPS) {
            throw EventRules.tooLarge("groups", MAX_GROUPS, pin.getGroupsCount());
        }
        for (ShardGroup group : pin.getGroupsList()) {
            group(group, pin.getNodesCount());
        }
    }

    private static void group(ShardGroup group, int nodes) throws Inadmissible {
        long columns = (long) group.getDataShards() + group.getParityShards();
        if (group.getDataShards() < 1 || group.getParityShards() < 0 || columns > MAX_COLUMNS) {
            throw EventRules.malformed(
                    "1 or more data shards and at most %d columns in a group".formatted(MAX_COLUMNS),
                    "%d and %d".formatted(group.getDataShards(), group.getParityShards()));
        }
        if (group.getColumnsCount() != columns) {
            throw EventRules.malformed(
                    "a place for each of the %d columns".formatted(columns), group.getColumnsCount() + " places");
        }
        if (group.getBlocks() < 1 || group.getColumnBytes() < 1) {
            throw EventRules.malformed("one or more blocks and bytes in a column", "none");
        }
        for (int column : group.getColumnsList()) {
            if (column < 0 || column > nodes) {
                throw EventRules.malformed(
                        "columns on one of the %d nodes".formatted(nodes), Integer.toUnsignedString(column));
            }
        }
    }

    private static void moved(ShardMoved move) throws Inadmissible {
        EventRules.cid(move.getManifestCid(), "manifest_cid");
        place(move.getGroup(), move.getColumn());
        EventRules.nodeId(move.getNodeId());
        if (move.getCause() == MoveCause.MOVE_CAUSE_UNSPECIFIED || move.getCause() == MoveCause.UNRECOGNIZED) {
            throw EventRules.malformed("a known cause of a move", "number " + move.getCauseValue());
        }
    }

    private static void faulted(ShardFaulted fault) throws Inadmissible {
        EventRules.cid(fault.getManifestCid(), "manifest_cid");
        place(fault.getGroup(), fault.getColumn());
        EventRules.nodeId(fault.getNodeId());
        if (fault.getFault() == ShardFault.SHARD_FAULT_UNSPECIFIED || fault.getFault() == ShardFault.UNRECOGNIZED) {
            throw EventRules.malformed("a known fault of a shard", "number " + fault.getFaultValue());
        }
        if (fault.getBlocksCount() < 1) {
            throw EventRules.malformed("one or more blocks in a fault", "none");
        }
        if (fault.getBlocksCount() > MAX_FAULTED_BLOCKS) {
            throw EventRules.tooLarge("blocks", MAX_FAULTED_BLOCKS, fault.getBlocksCount());
        }
        for (ByteString block : fault.getBlocksList()) {
            EventRules.cid(block, "blocks");
        }
    }

    private static void place(int group, int column) throws Inadmissible {
        if (group < 0 || group >= MAX_GROUPS || column < 0 || column >= MAX_COLUMNS) {
            throw EventRules.malformed(
                    "a group below %d and a column below %d".formatted(MAX_GROUPS, MAX_COLUMNS),
                    "group %s, column %s".formatted(Integer.toUnsignedString(group), Integer.toUnsignedString(column)));
        }
    }
}
