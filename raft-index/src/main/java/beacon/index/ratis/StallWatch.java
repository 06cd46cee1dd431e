package beacon.index.ratis;

import beacon.proto.v1.ClusterServiceGrpc;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.GetStatusRequest;
import beacon.proto.v1.MemberRole;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a member does not stay behind for good. When nothing moves for some seconds although the leader has
 * more, a follower sends itself the notification with which a leader asks it to fetch state and history; and what was
 * fetched is used soon, whoever leads then, be it nobody or this member itself.
 *
 * <p>Ratis 3.3 leaves a follower behind when its log ends, or its snapshot ends, exactly where the leader's log begins and
 * the terms differ there: the leader repeats a request that the follower has already answered, forever (docs/adr/0007).
 */
final class StallWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
    private static final long PERIOD_MILLIS = 1_000;
    private static final long ANSWER_MILLIS = 2_000;

    /**
     * Looks without any change before the leader is asked. Longer than a busy machine stands still: whoever fetches state
     * takes no entries meanwhile, and that costs the leader its majority when another member is away.
     */
    private static final int PATIENCE = 10;

    /** Looks without any change before what was fetched is used; until then this member helps to commit nothing. */
    private static final int PATIENCE_WITH_INSTALLED = 1;

    /** Looks at what was fetched and is not used while no other member leads, before Raft is begun again with it. */
    private static final int PATIENCE_WITHOUT_LEADER = 3;

    private final RaftServer server;
    private final Membership membership;
    private final IndexStateMachine machine;
    private final MemberStorage storage;
    private final MemberSettings settings;
    private final Runnable begin;
    private final ScheduledExecutorService timer;
    private Progress last = new Progress(-1, -1);
    private int unchanged;
    private int withoutLeader;
    private @Nullable ManagedChannel channel;
    private String channelTarget = "";

    /** What grows while a follower follows. */
    private record Progress(long applied, long nextIndex) {}

    /**
     * Watches until it is closed.
     *
     * @param begin ends the Raft server of this member, and begins one with what its storage has; returns at once
     */
    StallWatch(
            RaftServer server,
            Membership membership,
            IndexStateMachine machine,
            MemberStorage storage,
            Runnable begin) {
        this.begin = begin;
        this.server = server;
        this.membership = membership;
        this.machine = machine;
        this.storage = storage;
        this.settings = storage.settings();
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "beacon-" + settings.memberId() + "-stall-watch");
            thread.setDaemon(true);
            return thread;
        });
        var unused = timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Looks once. */
    synchronized void look() {
        try {
            RaftServer.Division division = membership.division();
            Progress now = new Progress(
                    division.getInfo().getLastAppliedIndex(),
                    division.getRaftLog().getNextIndex());
            unchanged = now.equals(last) ? unchanged + 1 : 0;
            last = now;
            if (machine.installedWaits()) {
                useInstalled(division, now);
                return;
            }
            withoutLeader = 0;
            if (!division.getInfo().isFollower()) {
                unchanged = 0;
            } else if (unchanged >= PATIENCE) {
                unchanged = 0;
                askLeader(division, now);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("stall_watch_failed cause=\"{}\"", e.toString());
        }
    }

    /**
     * What was installed is not in use, and until it is, Ratis takes no entries. The leader that asked for it may be gone,
     * and the next one has no reason to ask; it may not even be able to commit without this member. Or it is this member:
     * Ratis counts what was installed when votes are given, and then this one leads and cannot apply what it never had in
     * its log, and all wait for it. A log that a leader has continued cannot be told to begin elsewhere, so that then the
     * Raft server is begun again.
     */
    private void useInstalled(RaftServer.Division division, Progress now) throws IOException {
        RaftPeerId leader = division.getInfo().getLeaderId();
        long installed = storage.position().getIndex();
        if (leader == null || leader.equals(server.getId())) {
            withoutLeader++;
            if (withoutLeader == PATIENCE_WITHOUT_LEADER) {
                LOG.info("raft_begins_again applied={} installed={}", now.applied(), installed);
                begin.run();
            }
            return;
        }
        withoutLeader = 0;
        if (unchanged >= PATIENCE_WITH_INSTALLED) {
            unchanged = 0;
            LOG.info("installed_state_waits applied={} installed={}", now.applied(), installed);
            // Not before the place in the notification that is being answered: Ratis fails then. A leader's log never
            // begins later than just behind what it exports.
            notify(division, leader, division.getInfo().getCurrentTerm(), installed + 2);
        }
    }

    private void askLeader(RaftServer.Division division, Progress now) throws IOException {
        DivisionInfo info = division.getInfo();
        RaftPeerId leader = info.getLeaderId();
        RaftPeer peer = leader == null ? null : division.getRaftConf().getPeer(leader);
        if (leader == null || peer == null || leader.equals(server.getId())) {
            return;
        }
        GetStatusReply status;
        try {
            status = ClusterServiceGrpc.newBlockingStub(channelTo(peer.getClientAddress()))
                    .withDeadlineAfter(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                    .getStatus(GetStatusRequest.getDefaultInstance());
        } catch (StatusRuntimeException e) {
            return;
        }
        boolean behind = status.getRole() == MemberRole.MEMBER_ROLE_LEADER
                && status.getTerm() == info.getCurrentTerm()
                && status.getAppliedRaftIndex() > now.applied();
        if (behind && info.getLastAppliedIndex() == now.applied()) {
            LOG.info(
                    "follower_stalled applied={} leader={} leader_applied={}",
                    now.applied(),
                    leader,
                    status.getAppliedRaftIndex());
            // Just behind this member's snapshot: near enough to be true, far enough not to be "already installed".
            notify(
                    division,
                    leader,
                    info.getCurrentTerm(),
                    division.getRaftLog().getSnapshotIndex() + 2);
        }
    }

    private ManagedChannel channelTo(String target) {
        ManagedChannel known = channel;
        if (known != null && channelTarget.equals(target)) {
            return known;
        }
        closeChannel();
        ManagedChannel opened = MemberChannels.open(target, settings.tls());
        channel = opened;
        channelTarget = target;
        return opened;
    }

    /** Tells a member, in the name of the leader, that the leader's log begins with an index. */
    static void notify(RaftServer.Division division, RaftPeerId leader, long term, long firstIndex) throws IOException {
        RaftServer server = division.getRaftServer();
        TermIndex first = TermIndex.valueOf(term, firstIndex);
        server.installSnapshot(InstallSnapshotRequestProto.newBuilder()
                .setServerRequest(RaftRpcRequestProto.newBuilder()
                        .setRequestorId(leader.toByteString())
                        .setReplyId(server.getId().toByteString())
                        .setRaftGroupId(RaftGroupIdProto.newBuilder()
                                .setId(division.getMemberId().getGroupId().toByteString())))
                .setLeaderTerm(term)
                .setNotification(InstallSnapshotRequestProto.NotificationProto.newBuilder()
                        .setFirstAvailableTermIndex(first.toProto()))
                .build());
    }

    private void closeChannel() {
        ManagedChannel open = channel;
        channel = null;
        if (open != null) {
            open.shutdownNow();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (timer.awaitTermination(5, TimeUnit.SECONDS)) {
                closeChannel();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
