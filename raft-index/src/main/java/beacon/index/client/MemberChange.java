package beacon.index.client;

import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.AddMemberRequest;
import beacon.proto.v1.ChangeMembersReply;
import beacon.proto.v1.ClusterServiceGrpc.ClusterServiceStub;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.Member;
import beacon.proto.v1.RemoveMemberRequest;
import beacon.proto.v1.ReplaceMemberRequest;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** A change of the members, and how it looks when it is done. */
public final class MemberChange {
    private final BiConsumer<ClusterServiceStub, StreamObserver<ChangeMembersReply>> call;
    private final Predicate<List<Member>> done;

    private MemberChange(
            BiConsumer<ClusterServiceStub, StreamObserver<ChangeMembersReply>> call, Predicate<List<Member>> done) {
        this.call = call;
        this.done = done;
    }

    /** Adds a member, which has to run already. */
    public static MemberChange adding(Member member) {
        AddMemberRequest request =
                AddMemberRequest.newBuilder().setMember(member).build();
        return new MemberChange(
                (stub, observer) -> stub.addMember(request, observer), members -> members.contains(member));
    }

    /** Removes a member. */
    public static MemberChange removing(String id) {
        RemoveMemberRequest request =
                RemoveMemberRequest.newBuilder().setMemberId(id).build();
        return new MemberChange(
                (stub, observer) -> stub.removeMember(request, observer), members -> lacks(members, id));
    }

    /** Puts a new member in the place of an old one. */
    public static MemberChange replacing(String oldId, Member member) {
        ReplaceMemberRequest request = ReplaceMemberRequest.newBuilder()
                .setOldMemberId(oldId)
                .setMember(member)
                .build();
        return new MemberChange(
                (stub, observer) -> stub.replaceMember(request, observer),
                members -> members.contains(member) && lacks(members, oldId));
    }

    private static boolean lacks(List<Member> members, String id) {
        return members.stream().noneMatch(member -> member.getId().equals(id));
    }

    void ask(ClusterServiceStub stub, StreamObserver<ChangeMembersReply> observer) {
        call.accept(stub, observer);
    }

    /** A repeated try that is refused because of who is a member looks whether the change is done. */
    RetryingCalls.Doubt<ChangeMembersReply> doubt(Function<String, CompletableFuture<GetStatusReply>> status) {
        return new RetryingCalls.Doubt<>(
                "the change may have happened: look at the members",
                (target, refusal) -> find(status, target, refusal));
    }

    private CompletableFuture<Optional<ChangeMembersReply>> find(
            Function<String, CompletableFuture<GetStatusReply>> status, String target, Refusal refusal) {
        if (refusal.reason() != Reason.UNKNOWN_MEMBER && refusal.reason() != Reason.MEMBER_EXISTS) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return status.apply(target)
                .thenApply(reply -> Optional.of(reply.getMembersList())
                        .filter(done)
                        .map(members -> ChangeMembersReply.newBuilder()
                                .addAllMembers(members)
                                .build()));
    }
}
