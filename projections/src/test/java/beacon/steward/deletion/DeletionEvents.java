package beacon.steward.deletion;

import beacon.index.log.AnAppend;
import beacon.index.log.SignedNodes;
import beacon.proto.v1.Event;
import beacon.proto.v1.HoldLifted;
import beacon.proto.v1.HoldPlaced;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.PointerRemoved;
import beacon.proto.v1.PointerSet;
import beacon.proto.v1.PolicyChanged;
import beacon.proto.v1.Setting;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.TombstoneProposed;
import beacon.proto.v1.TombstoneWithdrawn;
import com.google.protobuf.ByteString;
import java.util.List;

/** Events as clients, operators and members append them. */
final class DeletionEvents {
    /** Different names. */
    static final int NAMES = 3;

    private DeletionEvents() {}

    static Event placed(ByteString manifest, int node, int second) {
        SignedNodes nodes = new SignedNodes();
        ShardGroup copies = ShardGroup.newBuilder()
                .setDataShards(1)
                .setParityShards(1)
                .setBlocks(2)
                .setColumnBytes(300)
                .addAllColumns(List.of(1, 2))
                .build();
        return Event.newBuilder()
                .setPinPlaced(PinPlaced.newBuilder()
                        .setManifestCid(manifest)
                        .addNodes(nodes.id(node))
                        .addNodes(nodes.id(second))
                        .addGroups(copies)
                        .addGroups(copies))
                .build();
    }

    private static String address(int name) {
        return AnAppend.address((name % 2 == 0 ? "kept/" : "free/") + name % NAMES);
    }

    static Event pointer(int name, ByteString manifest) {
        return Event.newBuilder()
                .setPointerSet(PointerSet.newBuilder().setAddress(address(name)).setCid(manifest))
                .build();
    }

    static Event removed(int name) {
        return Event.newBuilder()
                .setPointerRemoved(PointerRemoved.newBuilder().setAddress(address(name)))
                .build();
    }

    static Event proposed(ByteString manifest) {
        return Event.newBuilder()
                .setTombstoneProposed(TombstoneProposed.newBuilder().setManifestCid(manifest))
                .build();
    }

    static Event withdrawn(ByteString manifest) {
        return Event.newBuilder()
                .setTombstoneWithdrawn(TombstoneWithdrawn.newBuilder().setManifestCid(manifest))
                .build();
    }

    static Event held(ByteString manifest) {
        return Event.newBuilder()
                .setHoldPlaced(HoldPlaced.newBuilder().setManifestCid(manifest).setName("h"))
                .build();
    }

    static Event lifted(ByteString manifest) {
        return Event.newBuilder()
                .setHoldLifted(HoldLifted.newBuilder().setManifestCid(manifest).setName("h"))
                .build();
    }

    static Event retention(int days) {
        return Event.newBuilder()
                .setPolicyChanged(PolicyChanged.newBuilder()
                        .setName("retention")
                        .setScope("agent:role@project:task/kept/")
                        .addSettings(Setting.newBuilder().setKey("keep").setValue(days + "d")))
                .build();
    }
}
