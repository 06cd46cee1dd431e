package beacon.node.fault;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Reason;
import beacon.node.config.NodeConfig.MemberEntry;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.AddMemberRequest;
import beacon.proto.v1.ChangeMembersReply;
import beacon.proto.v1.ClusterServiceGrpc.ClusterServiceStub;
import beacon.proto.v1.Member;
import beacon.proto.v1.RemoveMemberRequest;
import beacon.proto.v1.ReplaceMemberRequest;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Members come, go and lose their disks while clients work. */
class ChangedMembersIT {
    private static final int APPENDS = 200;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @Test
    void wipedMembersAreBackInStepByThemselves() {
        try (MemberCluster cluster = MemberCluster.start(directory, Faults.options());
                Workload workload = Workload.start(cluster, 1)) {
            for (int round = 0; round < 3; round++) {
                workload.awaitProgress(APPENDS);
                // Once each, so the leader is among them.
                String wiped = cluster.ids().get(round);
                cluster.kill(wiped);
                cluster.wipe(wiped);
                workload.awaitProgress(APPENDS);
                cluster.start(wiped);
                cluster.awaitReady(wiped);
            }
            workload.awaitProgress(APPENDS);

            Promises.check(cluster, cluster.ids(), workload);
        }
    }

    @Test
    void membersAreAddedReplacedAndRemovedUnderLoad() {
        try (MemberCluster cluster = MemberCluster.start(directory, Faults.options());
                BeaconClient operator = cluster.operator(TIMEOUT);
                Workload workload = Workload.start(cluster, 2)) {
            workload.awaitProgress(APPENDS);
            Member fourth = begin(cluster, "m4");
            change(
                    operator,
                    (stub, observer) -> stub.addMember(
                            AddMemberRequest.newBuilder().setMember(fourth).build(), observer));
            cluster.awaitReady("m4");
            workload.awaitProgress(APPENDS);

            List<Member> without = change(
                    operator,
                    (stub, observer) -> stub.removeMember(
                            RemoveMemberRequest.newBuilder().setMemberId("m1").build(), observer));
            assertThat(without).extracting(Member::getId).doesNotContain("m1");
            workload.awaitProgress(APPENDS);
            cluster.kill("m1");
            workload.awaitProgress(APPENDS);

            Member fifth = begin(cluster, "m5");
            List<Member> left = change(
                    operator,
                    (stub, observer) -> stub.replaceMember(
                            ReplaceMemberRequest.newBuilder()
                                    .setOldMemberId("m2")
                                    .setMember(fifth)
                                    .build(),
                            observer));
            cluster.awaitReady("m5");
            cluster.kill("m2");
            workload.awaitProgress(APPENDS);

            assertThat(left).extracting(Member::getId).containsExactlyInAnyOrder("m3", "m4", "m5");
            Promises.check(cluster, List.of("m3", "m4", "m5"), workload);
        }
    }

    /** Starts a member with an empty disk, for the others to add. */
    private static Member begin(MemberCluster cluster, String id) {
        MemberEntry entry = cluster.prepare(id);
        cluster.start(id);
        MemberCluster.await(id + " to answer", TIMEOUT, () -> cluster.status(id).isPresent());
        return Member.newBuilder()
                .setId(id)
                .setRaftAddress(entry.raft().toString())
                .setClientAddress(entry.client().toString())
                .build();
    }

    /** The members afterwards. A leader that removes itself may not get to answer; then the next one says it is done. */
    private static List<Member> change(
            BeaconClient operator, BiConsumer<ClusterServiceStub, StreamObserver<ChangeMembersReply>> call) {
        try {
            return BeaconClient.await(operator.atLeader(call)).getMembersList();
        } catch (ClientException e) {
            assertThat(e.refusal().reason()).isIn(Reason.UNKNOWN_MEMBER, Reason.MEMBER_EXISTS);
            return BeaconClient.await(operator.status(operator.leaderTarget())).getMembersList();
        }
    }
}
