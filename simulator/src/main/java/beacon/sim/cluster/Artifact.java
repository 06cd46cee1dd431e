package beacon.sim.cluster;

import beacon.proto.v1.ShardGroup;
import com.google.protobuf.ByteString;
import java.util.List;

/**
 * Something that was put.
 *
 * @param name address it was put under
 * @param manifest binary CID
 */
public record Artifact(String name, ByteString manifest, List<ShardGroup> groups) {
    public Artifact {
        groups = List.copyOf(groups);
    }
}
