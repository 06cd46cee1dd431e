package beacon.index.ratis;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes an installation that the leader does not ask about again. Ratis takes over what was installed when the leader
 * sends its notification a second time, and refuses entries until then. When the follower has an entry of another term
 * just where the leader's log begins, the leader never sends it: a refused entry tells it to go on behind that place, and
 * there it has what it needs. Both would wait forever; so the follower sends itself the notification the leader owes.
 */
final class InstallNudge {
    private static final Logger LOG = LoggerFactory.getLogger(InstallNudge.class);

    /** The leader's own notification comes within milliseconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final RaftServer server;
    private final RaftGroupMemberId self;
    private final Executor background;
    private final AtomicLong taken = new AtomicLong();

    InstallNudge(RaftServer server, RaftGroupMemberId self, Executor background) {
        this.server = server;
        this.self = self;
        this.background = background;
    }

    /** What was installed was taken over. */
    void takenOver() {
        taken.incrementAndGet();
    }

    /** An installation from the given first entry of the leader's log has ended. */
    void installed(TermIndex first) {
        long before = taken.get();
        CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS, background)
                .execute(() -> {
                    if (taken.get() == before) {
                        nudge(first);
                    }
                });
    }

    private void nudge(TermIndex first) {
        try {
            RaftServer.Division division = server.getDivision(self.getGroupId());
            RaftPeerId leader = division.getInfo().getLeaderId();
            if (leader == null || leader.equals(self.getPeerId())) {
                return;
            }
            LOG.info("catch_up_nudged first={}", first);
            server.installSnapshot(InstallSnapshotRequestProto.newBuilder()
                    .setServerRequest(RaftRpcRequestProto.newBuilder()
                            .setRequestorId(leader.toByteString())
                            .setReplyId(self.getPeerId().toByteString())
                            .setRaftGroupId(RaftGroupIdProto.newBuilder()
                                    .setId(self.getGroupId().toByteString())))
                    .setLeaderTerm(division.getInfo().getCurrentTerm())
                    .setNotification(InstallSnapshotRequestProto.NotificationProto.newBuilder()
                            .setFirstAvailableTermIndex(first.toProto()))
                    .build());
        } catch (IOException | RuntimeException e) {
            LOG.warn("catch_up_nudge_failed cause=\"{}\"", e.toString());
        }
    }
}
