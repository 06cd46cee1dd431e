package beacon.node.holdings;

import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import beacon.proto.v1.Event;
import beacon.proto.v1.ShardFault;
import beacon.proto.v1.ShardFaulted;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/** How the log is told that a node has not what it should have. */
public final class MissingBlocks {
    private static final int BLOCKS_AN_EVENT = 256;

    private MissingBlocks() {}

    /** Events that name every missing block of a column. */
    public static List<Event> events(ByteString manifest, int group, int column, PeerId node, List<Cid> missing) {
        List<Event> events = new ArrayList<>();
        for (int at = 0; at < missing.size(); at += BLOCKS_AN_EVENT) {
            List<ByteString> some = missing.subList(at, Math.min(missing.size(), at + BLOCKS_AN_EVENT)).stream()
                    .map(Cid::bytes)
                    .toList();
            events.add(Event.newBuilder()
                    .setShardFaulted(ShardFaulted.newBuilder()
                            .setManifestCid(manifest)
                            .setGroup(group)
                            .setColumn(column)
                            .setNodeId(node.bytes())
                            .setFault(ShardFault.SHARD_FAULT_MISSING)
                            .addAllBlocks(some))
                    .build());
        }
        return events;
    }
}
