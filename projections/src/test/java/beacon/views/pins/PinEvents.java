package beacon.views.pins;

import beacon.index.log.AnAppend;
import beacon.proto.v1.Event;
import beacon.proto.v1.MoveCause;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.PinReleased;
import beacon.proto.v1.ShardFault;
import beacon.proto.v1.ShardFaulted;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.ShardMoved;
import beacon.views.TestLog;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Events about pins, for tests. Artifacts and nodes are numbers; node 0 is none. */
public final class PinEvents {
    private PinEvents() {}

    public static ByteString manifest(int artifact) {
        byte[] cid = AnAppend.cid(0).toByteArray();
        cid[34] = (byte) (artifact >> 8);
        cid[35] = (byte) artifact;
        return ByteString.copyFrom(cid);
    }

    /**
     * A pin whose groups all need so many columns.
     *
     * @param groups for each group the nodes of its columns
     */
    public static Event placed(int artifact, int dataShards, int[]... groups) {
        List<Integer> nodes = Arrays.stream(groups)
                .flatMapToInt(IntStream::of)
                .filter(node -> node > 0)
                .distinct()
                .boxed()
                .toList();
        PinPlaced.Builder pin = PinPlaced.newBuilder().setManifestCid(manifest(artifact));
        nodes.forEach(node -> pin.addNodes(TestLog.node(node)));
        for (int[] group : groups) {
            List<Integer> columns = new ArrayList<>();
            for (int node : group) {
                columns.add(node == 0 ? 0 : 1 + nodes.indexOf(node));
            }
            pin.addGroups(ShardGroup.newBuilder()
                    .setDataShards(dataShards)
                    .setParityShards(group.length - dataShards)
                    .setBlocks(4)
                    .setColumnBytes(4 << 20)
                    .addAllColumns(columns));
        }
        return Event.newBuilder().setPinPlaced(pin).build();
    }

    public static Event moved(int artifact, int group, int column, int node) {
        return Event.newBuilder()
                .setShardMoved(ShardMoved.newBuilder()
                        .setManifestCid(manifest(artifact))
                        .setGroup(group)
                        .setColumn(column)
                        .setNodeId(TestLog.node(node))
                        .setCause(MoveCause.MOVE_CAUSE_REPAIRED))
                .build();
    }

    public static Event faulted(int artifact, int group, int column, int node, int blocks) {
        ShardFaulted.Builder fault = ShardFaulted.newBuilder()
                .setManifestCid(manifest(artifact))
                .setGroup(group)
                .setColumn(column)
                .setNodeId(TestLog.node(node))
                .setFault(ShardFault.SHARD_FAULT_CORRUPT);
        for (int i = 0; i < blocks; i++) {
            fault.addBlocks(AnAppend.cid(i));
        }
        return Event.newBuilder().setShardFaulted(fault).build();
    }

    public static Event released(int artifact) {
        return Event.newBuilder()
                .setPinReleased(PinReleased.newBuilder().setManifestCid(manifest(artifact)))
                .build();
    }
}
