package beacon.index.grpc;

import beacon.index.ratis.IndexMember;
import beacon.index.ratis.MemberSettings.MemberAddress;
import beacon.index.ratis.MemberStatus;
import beacon.model.Reason;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.v1.AddMemberRequest;
import beacon.proto.v1.ChangeMembersReply;
import beacon.proto.v1.ClusterServiceGrpc;
import beacon.proto.v1.ExportChunk;
import beacon.proto.v1.ExportRequest;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.GetStatusRequest;
import beacon.proto.v1.GetTermReply;
import beacon.proto.v1.GetTermRequest;
import beacon.proto.v1.Member;
import beacon.proto.v1.MemberRole;
import beacon.proto.v1.RemoveMemberRequest;
import beacon.proto.v1.ReplaceMemberRequest;
import beacon.proto.v1.TransferLeadershipReply;
import beacon.proto.v1.TransferLeadershipRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** {@code beacon.v1.ClusterService}. Changing members is for operators; an export also for members. */
final class ClusterGrpc extends ClusterServiceGrpc.ClusterServiceImplBase {
    private static final Pattern MEMBER_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern TARGET = Pattern.compile("\\S{1,255}:[0-9]{1,5}");

    private final IndexMember member;
    private final Executor slow;
    private final String version;

    /**
     * The service.
     *
     * @param slow for calls that wait for other members
     */
    ClusterGrpc(IndexMember member, Executor slow, String version) {
        this.member = member;
        this.slow = slow;
        this.version = version;
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusReply> observer) {
        Calls.answer(observer, () -> {
            MemberStatus status = member.status();
            Instant started = member.startedAt();
            return GetStatusReply.newBuilder()
                    .setClusterId(member.settings().clusterId())
                    .setMemberId(member.settings().memberId())
                    .setRole(roleOf(status.role()))
                    .setTerm(status.term())
                    .setLeaderId(status.leaderId())
                    .addAllMembers(encode(status.members()))
                    .setLastSequence(status.lastSequence())
                    .setAppliedRaftIndex(Math.max(0, status.appliedRaftIndex()))
                    .setCommittedRaftIndex(Math.max(0, status.committedRaftIndex()))
                    .setSnapshotSequence(status.snapshotSequence())
                    .setLivePointers(status.livePointers())
                    .setJournalBytes(status.journalBytes())
                    .setVersion(version)
                    .setStartedUnixMicros(started.getEpochSecond() * 1_000_000 + started.getNano() / 1_000)
                    .setTreeRoot(status.treeRoot())
                    .setBlank(status.blank())
                    .setStateBytes(status.stateBytes())
                    .build();
        });
    }

    @Override
    public void addMember(AddMemberRequest request, StreamObserver<ChangeMembersReply> observer) {
        change(observer, () -> member.membership().add(decode(request.getMember())));
    }

    @Override
    public void removeMember(RemoveMemberRequest request, StreamObserver<ChangeMembersReply> observer) {
        change(observer, () -> member.membership().remove(request.getMemberId()));
    }

    @Override
    public void replaceMember(ReplaceMemberRequest request, StreamObserver<ChangeMembersReply> observer) {
        change(observer, () -> member.membership().replace(request.getOldMemberId(), decode(request.getMember())));
    }

    private void change(StreamObserver<ChangeMembersReply> observer, Supplier<List<MemberAddress>> change) {
        guarded(
                observer,
                () -> ChangeMembersReply.newBuilder()
                        .addAllMembers(encode(change.get()))
                        .build());
    }

    @Override
    public void transferLeadership(
            TransferLeadershipRequest request, StreamObserver<TransferLeadershipReply> observer) {
        guarded(observer, () -> {
            member.membership().transferTo(request.getMemberId());
            return TransferLeadershipReply.newBuilder()
                    .setLeaderId(request.getMemberId())
                    .build();
        });
    }

    /** Answers on a thread that may wait, if an operator asks. */
    private <T> void guarded(StreamObserver<T> observer, Supplier<T> work) {
        try {
            ActorInterceptor.require(PeerIdentity.Kind.OPERATOR);
        } catch (RuntimeException e) {
            observer.onError(Calls.errorOf(e));
            return;
        }
        slow.execute(() -> Calls.answer(observer, work));
    }

    @Override
    public void export(ExportRequest request, StreamObserver<ExportChunk> observer) {
        try {
            ActorInterceptor.require(PeerIdentity.Kind.OPERATOR, PeerIdentity.Kind.MEMBER);
            ExportStream stream = new ExportStream(
                    member, (ServerCallStreamObserver<ExportChunk>) observer, request.getFirstSequence());
            slow.execute(stream::run);
        } catch (RuntimeException e) {
            observer.onError(Calls.errorOf(e));
        }
    }

    @Override
    public void getTerm(GetTermRequest request, StreamObserver<GetTermReply> observer) {
        Calls.answer(observer, () -> {
            ActorInterceptor.require(PeerIdentity.Kind.MEMBER, PeerIdentity.Kind.OPERATOR);
            String own = member.settings().clusterId();
            if (!request.getClusterId().equals(own)) {
                throw Calls.refused(
                        Reason.MALFORMED_REQUEST, "expected cluster_id " + own + ", but found another cluster's");
            }
            return GetTermReply.newBuilder().setTerm(member.term()).build();
        });
    }

    private static MemberAddress decode(Member member) {
        if (!MEMBER_ID.matcher(member.getId()).matches()) {
            throw Calls.refused(
                    Reason.MALFORMED_REQUEST, "expected a member id of 1 to 64 characters of [A-Za-z0-9._-]");
        }
        if (!TARGET.matcher(member.getRaftAddress()).matches()
                || !TARGET.matcher(member.getClientAddress()).matches()) {
            throw Calls.refused(
                    Reason.MALFORMED_REQUEST,
                    "expected raft_address and client_address as host:port, but found others");
        }
        return new MemberAddress(member.getId(), member.getRaftAddress(), member.getClientAddress());
    }

    private static List<Member> encode(List<MemberAddress> members) {
        return members.stream()
                .map(known -> Member.newBuilder()
                        .setId(known.id())
                        .setRaftAddress(known.raftAddress())
                        .setClientAddress(known.clientAddress())
                        .build())
                .toList();
    }

    private static MemberRole roleOf(MemberStatus.Role role) {
        return switch (role) {
            case LEADER -> MemberRole.MEMBER_ROLE_LEADER;
            case FOLLOWER -> MemberRole.MEMBER_ROLE_FOLLOWER;
            case CANDIDATE -> MemberRole.MEMBER_ROLE_CANDIDATE;
            case CATCHING_UP -> MemberRole.MEMBER_ROLE_CATCHING_UP;
        };
    }
}
