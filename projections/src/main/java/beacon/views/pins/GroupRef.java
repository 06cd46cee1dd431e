package beacon.views.pins;

import beacon.proto.v1.GroupState;
import com.google.protobuf.ByteString;

/**
 * Names a group of blocks.
 *
 * @param manifest binary CID of the artifact's manifest
 * @param group 0 is the manifest itself
 */
public record GroupRef(ByteString manifest, int group) {
    /** The name of this group. */
    public static GroupRef of(GroupState group) {
        return new GroupRef(group.getManifestCid(), group.getGroup());
    }
}
