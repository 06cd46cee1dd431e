package beacon.index.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.ratis.MemberSettings.MemberAddress;
import beacon.index.ratis.TestCluster;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.AddMemberRequest;
import beacon.proto.v1.ChangeMembersReply;
import beacon.proto.v1.ClusterServiceGrpc;
import beacon.proto.v1.GetStatusReply;
import beacon.proto.v1.GetStatusRequest;
import beacon.proto.v1.Member;
import beacon.proto.v1.MemberRole;
import beacon.proto.v1.RemoveMemberRequest;
import beacon.proto.v1.ReplaceMemberRequest;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change of the members whose answer is lost is repeated, and the repetition knows that it is one. */
class MemberChangeIT {
    @TempDir
    Path directory;

    private final Leader leader = new Leader();
    private Server server;
    private BeaconClient client;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(leader)
                .build()
                .start();
        client = BeaconClient.open(
                new ClientOptions(List.of("127.0.0.1:" + server.getPort()), null, Duration.ofSeconds(30)));
    }

    @AfterEach
    void stop() {
        client.close();
        server.shutdownNow();
    }

    @Test
    void aRepeatedRemovalThatFindsTheMemberGoneSucceeds() {
        leader.has("m1", "m2");
        leader.losesAnswers(Status.UNAVAILABLE.asRuntimeException());

        List<Member> left = change(MemberChange.removing("m1"));

        assertThat(left).containsExactly(member("m2"));
        assertThat(leader.asked()).isEqualTo(2);
    }

    @Test
    void aRepeatedChangeAfterATypedDoubtSucceedsToo() {
        leader.has("m1", "m2");
        leader.losesAnswers(StatusMapper.toException(Refusal.of(Reason.OUTCOME_UNKNOWN, "the leader went")));

        List<Member> left = change(MemberChange.replacing("m1", member("m3")));

        assertThat(left).containsExactly(member("m2"), member("m3"));
    }

    @Test
    void aRepeatedAdditionThatFindsTheSameMemberSucceeds() {
        leader.has("m1");
        leader.losesAnswers(Status.UNAVAILABLE.asRuntimeException());

        List<Member> left = change(MemberChange.adding(member("m2")));

        assertThat(left).containsExactly(member("m1"), member("m2"));
    }

    @Test
    void aRepeatedAdditionThatFindsOtherAddressesUnderTheIdIsRefused() {
        leader.has("m1");
        leader.losesAnswers(Status.UNAVAILABLE.asRuntimeException());
        Member wanted = member("m1").toBuilder().setRaftAddress("elsewhere:1").build();

        assertRefused(Reason.MEMBER_EXISTS, MemberChange.adding(wanted));
    }

    @Test
    void aFirstTryThatFindsTheChangeDoneIsRefused() {
        leader.has("m1");

        assertRefused(Reason.UNKNOWN_MEMBER, MemberChange.removing("m2"));
        assertRefused(Reason.MEMBER_EXISTS, MemberChange.adding(member("m1")));
        assertRefused(Reason.UNKNOWN_MEMBER, MemberChange.replacing("m2", member("m1")));
    }

    /** A definite answer, such as "ask another one", is no doubt. */
    @Test
    void aTryAfterADefiniteRefusalIsAFirstOne() {
        leader.has("m1");
        leader.refusesOnce(Refusal.of(Reason.TOO_BUSY, "ask again"));

        assertRefused(Reason.MEMBER_EXISTS, MemberChange.adding(member("m1")));
        assertThat(leader.asked()).isEqualTo(2);
    }

    /** Over real members: whoever leads is removed, answers or not, and whoever leads then says who is left. */
    @Test
    void aLeaderThatIsRemovedLeavesAClusterThatSaysSo() {
        try (TestCluster cluster = TestCluster.start(directory, 3, UnaryOperator.identity());
                BeaconClient operator = cluster.client()) {
            String leaving = cluster.awaitLeader();
            MemberAddress fourth = cluster.addMember("m4");
            Member added = Member.newBuilder()
                    .setId("m4")
                    .setRaftAddress(fourth.raftAddress())
                    .setClientAddress(fourth.clientAddress())
                    .build();

            List<Member> four = BeaconClient.await(operator.changeMembers(MemberChange.adding(added)));
            List<Member> three = BeaconClient.await(operator.changeMembers(MemberChange.removing(leaving)));
            cluster.stop(leaving);

            assertThat(four).extracting(Member::getId).containsExactly("m1", "m2", "m3", "m4");
            assertThat(three).extracting(Member::getId).hasSize(3).doesNotContain(leaving);
        }
    }

    private List<Member> change(MemberChange change) {
        return BeaconClient.await(client.changeMembers(change));
    }

    private void assertRefused(Reason reason, MemberChange change) {
        assertThatThrownBy(() -> change(change))
                .isInstanceOfSatisfying(
                        ClientException.class,
                        e -> assertThat(e.refusal().reason()).isEqualTo(reason));
    }

    private static Member member(String id) {
        return Member.newBuilder()
                .setId(id)
                .setRaftAddress(id + ":7411")
                .setClientAddress("127.0.0.1:1")
                .build();
    }

    /** Carries changes out as a member does, and can lose the answer to the first one. */
    private static final class Leader extends ClusterServiceGrpc.ClusterServiceImplBase {
        private final Map<String, Member> members = new LinkedHashMap<>();
        private RuntimeException lost;
        private Refusal refusal;
        private int asked;

        synchronized void has(String... ids) {
            for (String id : ids) {
                members.put(id, member(id));
            }
        }

        synchronized void losesAnswers(RuntimeException instead) {
            lost = instead;
        }

        synchronized void refusesOnce(Refusal why) {
            refusal = why;
        }

        synchronized int asked() {
            return asked;
        }

        @Override
        public synchronized void getStatus(GetStatusRequest request, StreamObserver<GetStatusReply> observer) {
            observer.onNext(GetStatusReply.newBuilder()
                    .setRole(MemberRole.MEMBER_ROLE_LEADER)
                    .addAllMembers(members.values())
                    .build());
            observer.onCompleted();
        }

        @Override
        public void addMember(AddMemberRequest request, StreamObserver<ChangeMembersReply> observer) {
            change(null, request.getMember(), observer);
        }

        @Override
        public void removeMember(RemoveMemberRequest request, StreamObserver<ChangeMembersReply> observer) {
            change(request.getMemberId(), null, observer);
        }

        @Override
        public void replaceMember(ReplaceMemberRequest request, StreamObserver<ChangeMembersReply> observer) {
            change(request.getOldMemberId(), request.getMember(), observer);
        }

        private synchronized void change(String gone, Member come, StreamObserver<ChangeMembersReply> observer) {
            asked++;
            if (refusal != null) {
                Refusal once = refusal;
                refusal = null;
                observer.onError(StatusMapper.toException(once));
                return;
            }
            Reason reason = gone != null && !members.containsKey(gone)
                    ? Reason.UNKNOWN_MEMBER
                    : come != null && members.containsKey(come.getId()) ? Reason.MEMBER_EXISTS : null;
            RuntimeException answer =
                    lost != null ? lost : reason == null ? null : StatusMapper.toException(Refusal.of(reason, "no"));
            lost = null;
            if (reason == null) {
                if (gone != null) {
                    members.remove(gone);
                }
                if (come != null) {
                    members.put(come.getId(), come);
                }
            }
            if (answer != null) {
                observer.onError(answer);
                return;
            }
            observer.onNext(ChangeMembersReply.newBuilder()
                    .addAllMembers(members.values())
                    .build());
            observer.onCompleted();
        }
    }
}
