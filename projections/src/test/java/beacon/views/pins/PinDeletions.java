package beacon.views.pins;

import beacon.index.log.SignedNodes;
import beacon.model.TombstoneVotes;
import beacon.proto.v1.Event;
import beacon.proto.v1.TombstoneProposed;
import beacon.views.TestLog;
import com.google.protobuf.ByteString;

/** Has artifacts deleted as the log demands it, for tests. The log has no other nodes than these. */
public final class PinDeletions {
    private final TestLog log;
    private final SignedNodes nodes = new SignedNodes();
    private final int count;

    /** Nodes join. */
    public PinDeletions(TestLog log, int count) {
        this.log = log;
        this.count = count;
        for (int node = 1; node <= count; node++) {
            log.append(nodes.joined(node));
        }
    }

    /** Proposes, votes and releases. */
    public void delete(int artifact) {
        ByteString manifest = PinEvents.manifest(artifact);
        long proposal = log.append(Event.newBuilder()
                .setTombstoneProposed(TombstoneProposed.newBuilder().setManifestCid(manifest))
                .build());
        int[] designated = nodes.designated(manifest, count);
        for (int voter = 0; voter < TombstoneVotes.needed(count); voter++) {
            log.append(nodes.vote(designated[voter], manifest, proposal));
        }
        log.append(PinEvents.released(artifact));
    }
}
