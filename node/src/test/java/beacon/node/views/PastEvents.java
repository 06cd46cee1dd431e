package beacon.node.views;

import beacon.proto.v1.Event;
import beacon.proto.v1.HoldLifted;
import beacon.proto.v1.HoldPlaced;
import beacon.proto.v1.MoveCause;
import beacon.proto.v1.NodeCameUp;
import beacon.proto.v1.NodeDrained;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.NodeLeft;
import beacon.proto.v1.NodeWentDown;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.PinReleased;
import beacon.proto.v1.ShardFault;
import beacon.proto.v1.ShardFaulted;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.ShardMoved;
import beacon.proto.v1.TombstoneProposed;
import beacon.proto.v1.TombstoneWithdrawn;
import com.google.protobuf.ByteString;
import java.util.Random;

/** Events about a few nodes and artifacts, so that each happens to the same ones again and again. */
final class PastEvents {
    static final int ARTIFACTS = 4;
    static final int NODES = 8;
    private static final int HOLDS = 3;
    private static final int GROUPS = 4;
    private static final int COLUMNS = 3;

    private PastEvents() {}

    static ByteString manifest(int artifact) {
        byte[] cid = new byte[36];
        cid[0] = 1;
        cid[1] = 0x71;
        cid[2] = 0x12;
        cid[3] = 32;
        cid[35] = (byte) artifact;
        return ByteString.copyFrom(cid);
    }

    static ByteString node(int number) {
        byte[] id = new byte[34];
        id[0] = 0x12;
        id[1] = 32;
        id[33] = (byte) number;
        return ByteString.copyFrom(id);
    }

    /** The event that a number stands for. */
    static Event of(int choice) {
        Random random = new Random(choice);
        ByteString node = node(random.nextInt(NODES));
        ByteString manifest = manifest(random.nextInt(ARTIFACTS));
        int group = random.nextInt(GROUPS);
        int column = random.nextInt(COLUMNS);
        Event.Builder event = Event.newBuilder();
        // Lifted three times as often as placed, or nothing that is held could ever be proposed.
        switch (random.nextInt(18)) {
            case 0, 1 ->
                event.setNodeJoined(NodeJoined.newBuilder()
                        .setNodeId(node)
                        .addAddresses("/ip4/192.0.2.1/tcp/" + (1 + random.nextInt(60_000)))
                        .setFailureDomain("rack-" + random.nextInt(3))
                        .setCapacityBytes(1L << 30));
            case 2 ->
                event.setNodeWentDown(NodeWentDown.newBuilder().setNodeId(node).setReason("no answer"));
            case 3 -> event.setNodeCameUp(NodeCameUp.newBuilder().setNodeId(node));
            case 4 ->
                event.setNodeDrained(NodeDrained.newBuilder().setNodeId(node).setReason("old"));
            case 5 -> event.setNodeLeft(NodeLeft.newBuilder().setNodeId(node).setReason("sold"));
            case 6 -> event.setPinPlaced(placed(manifest, random));
            case 7 ->
                event.setShardMoved(ShardMoved.newBuilder()
                        .setManifestCid(manifest)
                        .setGroup(group)
                        .setColumn(column)
                        .setNodeId(node)
                        .setCause(MoveCause.MOVE_CAUSE_REPAIRED));
            case 8 ->
                event.setShardFaulted(ShardFaulted.newBuilder()
                        .setManifestCid(manifest)
                        .setGroup(group)
                        .setColumn(column)
                        .setNodeId(node)
                        .setFault(ShardFault.SHARD_FAULT_CORRUPT)
                        .addBlocks(manifest));
            case 9, 14, 15 ->
                event.setTombstoneProposed(
                        TombstoneProposed.newBuilder().setManifestCid(manifest).setReason("no longer wanted"));
            case 10 ->
                event.setTombstoneWithdrawn(
                        TombstoneWithdrawn.newBuilder().setManifestCid(manifest).setReason("a mistake"));
            case 11 ->
                event.setHoldPlaced(HoldPlaced.newBuilder()
                        .setManifestCid(manifest)
                        .setName("case-" + random.nextInt(HOLDS))
                        .setReason("asked for"));
            case 12, 16, 17 ->
                event.setHoldLifted(HoldLifted.newBuilder()
                        .setManifestCid(manifest)
                        .setName("case-" + random.nextInt(HOLDS))
                        .setReason("over"));
            default -> event.setPinReleased(PinReleased.newBuilder().setManifestCid(manifest));
        }
        return event.build();
    }

    private static PinPlaced placed(ByteString manifest, Random random) {
        PinPlaced.Builder pin = PinPlaced.newBuilder().setManifestCid(manifest);
        for (int each = 0; each < NODES; each++) {
            pin.addNodes(node(each));
        }
        for (int group = 0; group < GROUPS; group++) {
            ShardGroup.Builder built = ShardGroup.newBuilder()
                    .setDataShards(1)
                    .setParityShards(COLUMNS - 1)
                    .setBlocks(4)
                    .setColumnBytes(4 << 20);
            int first = random.nextInt(NODES);
            for (int column = 0; column < COLUMNS; column++) {
                built.addColumns(1 + (first + column) % NODES);
            }
            pin.addGroups(built);
        }
        return pin.build();
    }
}
