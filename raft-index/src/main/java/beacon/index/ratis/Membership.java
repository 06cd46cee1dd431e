package beacon.index.ratis;

import beacon.index.log.RefusalException;
import beacon.index.ratis.MemberSettings.MemberAddress;
import beacon.model.Reason;
import beacon.model.Refusal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members of the cluster as this member knows them, and changing them through the log. */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final long TRANSFER_TIMEOUT_MILLIS = 10_000;
    private static final long STEP_DOWN_TIMEOUT_MILLIS = 2_000;

    private final RaftServer server;
    private final RaftGroupId group;
    private final RaftPeerId self;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong();
    private volatile long currentAtNanos = System.nanoTime();
    private volatile boolean everCurrent;

    Membership(RaftServer server, MemberSettings settings) {
        this.server = server;
        this.group = groupId(settings.clusterId());
        this.self = peerId(settings.memberId());
    }

    static RaftPeerId peerId(String memberId) {
        return RaftPeerId.valueOf(memberId);
    }

    static RaftGroupId groupId(String clusterId) {
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(("beacon:" + clusterId).getBytes(StandardCharsets.UTF_8)));
    }

    static List<RaftPeer> peersOf(List<MemberAddress> members) {
        List<RaftPeer> peers = new ArrayList<>();
        for (MemberAddress member : members) {
            peers.add(RaftPeer.newBuilder()
                    .setId(peerId(member.id()))
                    .setAddress(member.raftAddress())
                    .setClientAddress(member.clientAddress())
                    .build());
        }
        return peers;
    }

    RaftServer.Division division() {
        try {
            return server.getDivision(group);
        } catch (IOException e) {
            throw new RefusalException(
                    Refusal.of(Reason.STOPPING, "expected this member to be part of the cluster, but it is not"));
        }
    }

    /** Members by the configuration that this member has. */
    public List<MemberAddress> members() {
        return division().getRaftConf().getAllPeers().stream()
                .map(peer -> new MemberAddress(peer.getId().toString(), peer.getAddress(), peer.getClientAddress()))
                .sorted(Comparator.comparing(MemberAddress::id))
                .toList();
    }

    /** The leader, if this member knows one. */
    public Optional<MemberAddress> leader() {
        RaftPeerId leader = division().getInfo().getLeaderId();
        return leader == null
                ? Optional.empty()
                : members().stream()
                        .filter(member -> member.id().equals(leader.toString()))
                        .findFirst();
    }

    /** Adds a member; it catches up first. Returns the members after the change. */
    public List<MemberAddress> add(MemberAddress member) {
        List<MemberAddress> wanted = settledMembers();
        if (wanted.stream().anyMatch(known -> known.id().equals(member.id()))) {
            throw refused(Reason.MEMBER_EXISTS, "expected a new member id, but found that " + member.id() + " is one");
        }
        wanted.add(member);
        return change(wanted);
    }

    /** Removes a member. Returns the members after the change. */
    public List<MemberAddress> remove(String memberId) {
        List<MemberAddress> wanted = settledMembers();
        if (!wanted.removeIf(member -> member.id().equals(memberId))) {
            throw refused(Reason.UNKNOWN_MEMBER, "expected the id of a member, but found \"" + memberId + '"');
        }
        if (wanted.isEmpty()) {
            throw refused(Reason.MEMBERSHIP_CHANGE_UNSAFE, "expected a member to stay, but this is the last one");
        }
        return change(wanted);
    }

    /** Puts a new member in the place of an old one, in one change. Returns the members after it. */
    public List<MemberAddress> replace(String oldMemberId, MemberAddress member) {
        List<MemberAddress> wanted = settledMembers();
        if (!wanted.removeIf(known -> known.id().equals(oldMemberId))) {
            throw refused(Reason.UNKNOWN_MEMBER, "expected the id of a member, but found \"" + oldMemberId + '"');
        }
        if (wanted.stream().anyMatch(known -> known.id().equals(member.id()))) {
            throw refused(Reason.MEMBER_EXISTS, "expected a new member id, but found that " + member.id() + " is one");
        }
        wanted.add(member);
        return change(wanted);
    }

    /**
     * The members to change, by the leader and with no other change under way: before that, neither "is a member" nor
     * "is none" is an answer that lasts.
     */
    private List<MemberAddress> settledMembers() {
        requireLeader();
        RaftServer.Division division = division();
        RaftConfiguration conf = division.getRaftConf();
        if (!conf.getPreviousPeers().isEmpty()
                || conf.getLogEntryIndex() > division.getRaftLog().getLastCommittedIndex()) {
            throw underWay();
        }
        return new ArrayList<>(members());
    }

    private List<MemberAddress> change(List<MemberAddress> wanted) {
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setServersInNewConf(peersOf(wanted))
                .setServersInCurrentConf(peersOf(members()))
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .build();
        try {
            RaftClientReply reply = server.setConfiguration(
                    new SetConfigurationRequest(clientId, self, group, callIds.incrementAndGet(), arguments));
            if (!reply.isSuccess()) {
                throw notChanged(reply.getException());
            }
        } catch (IOException e) {
            throw notChanged(e);
        }
        // Not asked of Ratis again: a leader that removed itself may have left the cluster by now.
        return wanted.stream().sorted(Comparator.comparing(MemberAddress::id)).toList();
    }

    /**
     * Lets only the leader, by all it knows, go on.
     *
     * @throws RefusalException on another member; it names the leader if it knows one
     */
    void requireLeader() {
        if (!division().getInfo().isLeader()) {
            Optional<MemberAddress> leader = leader();
            throw new RefusalException(
                    leader.isPresent()
                            ? Refusal.notLeader(leader.get().clientAddress()).withRetryAfterMillis(1)
                            : Refusal.of(Reason.NO_LEADER, "expected a leader, but found none; try again")
                                    .withRetryAfterMillis(100));
        }
    }

    /** Tells "it did not happen" from "it may have happened": a client repeats the latter and looks what it finds. */
    private static RefusalException notChanged(@Nullable Exception cause) {
        LOG.info("membership_change_failed cause=\"{}\"", String.valueOf(cause));
        if (cause instanceof ReconfigurationInProgressException) {
            return underWay();
        }
        if (cause instanceof LeaderNotReadyException || cause instanceof LeaderSteppingDownException) {
            return new RefusalException(
                    Refusal.of(Reason.NO_LEADER, "expected a leader that is ready, but found one that comes or goes")
                            .withRetryAfterMillis(100));
        }
        if (cause instanceof NotLeaderException
                || cause instanceof AlreadyClosedException
                || cause instanceof InterruptedIOException) {
            return refused(
                    Reason.OUTCOME_UNKNOWN,
                    "expected this member to lead until the change is done, but it ended before; the change may happen"
                            + " yet: look at the members");
        }
        return refused(
                Reason.MEMBERSHIP_CHANGE_UNSAFE,
                "expected the change to be agreed, but it was not (%s); look at the members and try again"
                        .formatted(cause == null ? "no reason given" : cause.getMessage()));
    }

    private static RefusalException underWay() {
        return new RefusalException(
                Refusal.of(Reason.TOO_BUSY, "expected no change of the members under way, but found one; ask again")
                        .withRetryAfterMillis(100));
    }

    /** Hands the leadership to another member. */
    public void transferTo(String memberId) {
        requireLeader();
        if (members().stream().noneMatch(member -> member.id().equals(memberId))) {
            throw refused(Reason.UNKNOWN_MEMBER, "expected the id of a member, but found \"" + memberId + '"');
        }
        transfer(peerId(memberId), TRANSFER_TIMEOUT_MILLIS);
    }

    private void transfer(RaftPeerId to, long timeoutMillis) {
        try {
            RaftClientReply reply = server.transferLeadership(
                    new TransferLeadershipRequest(clientId, self, group, callIds.incrementAndGet(), to, timeoutMillis));
            if (!reply.isSuccess()) {
                throw notChanged(reply.getException());
            }
        } catch (IOException e) {
            throw notChanged(e);
        }
    }

    /** Gives the leadership away before this member stops, so that the others need not wait for its silence. */
    void stepDown() {
        try {
            if (division().getInfo().isLeader()) {
                liveFollower().ifPresent(heir -> transfer(heir, STEP_DOWN_TIMEOUT_MILLIS));
            }
        } catch (RefusalException e) {
            LOG.info("leadership_not_transferred cause=\"{}\"", e.getMessage());
        }
    }

    /** A follower that answered within the last second, if there is one. */
    private Optional<RaftPeerId> liveFollower() {
        return division().getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
                .filter(follower -> follower.getLastRpcElapsedTimeMs() < 1_000)
                .min(Comparator.comparingLong(ServerRpcProto::getLastRpcElapsedTimeMs))
                .map(follower -> RaftPeerId.valueOf(follower.getId().getId()));
    }

    Optional<Long> ageMillis() {
        RaftServer.Division division = division();
        long now = System.nanoTime();
        RaftPeerRole role = division.getInfo().getCurrentRole();
        long heardMillisAgo = Long.MAX_VALUE;
        if (role == RaftPeerRole.LEADER) {
            heardMillisAgo = 0;
        } else if (role == RaftPeerRole.FOLLOWER) {
            RoleInfoProto info = division.getInfo().getRoleInfoProto();
            if (info.getFollowerInfo().hasLeaderInfo()
                    && !info.getFollowerInfo().getLeaderInfo().getId().getId().isEmpty()) {
                heardMillisAgo = info.getFollowerInfo().getLeaderInfo().getLastRpcElapsedTimeMs();
            }
        }
        boolean applied = division.getInfo().getLastAppliedIndex()
                >= division.getRaftLog().getLastCommittedIndex();
        if (applied && heardMillisAgo != Long.MAX_VALUE) {
            long heardAt = now - heardMillisAgo * 1_000_000;
            if (!everCurrent || heardAt - currentAtNanos > 0) {
                currentAtNanos = heardAt;
            }
            everCurrent = true;
        }
        return everCurrent ? Optional.of((now - currentAtNanos) / 1_000_000) : Optional.empty();
    }

    private static RefusalException refused(Reason reason, String message) {
        return new RefusalException(Refusal.of(reason, message));
    }
}
