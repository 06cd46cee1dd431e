package beacon.steward;

import beacon.model.MalformedNodeId;
import beacon.model.NodeId;
import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** Node ids on the log are what somebody wrote there. */
final class NodeIds {
    private NodeIds() {}

    /** The id, or null when the bytes are none; so nobody holds anything there. */
    static @Nullable NodeId read(ByteString bytes) {
        if (bytes.isEmpty()) {
            return null;
        }
        try {
            return NodeId.of(bytes);
        } catch (MalformedNodeId e) {
            return null;
        }
    }
}
