package beacon.node.fault;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.client.BeaconClient;
import beacon.index.client.MemberChange;
import beacon.node.config.NodeConfig.MemberEntry;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
            change(operator, MemberChange.adding(fourth));
            cluster.awaitReady("m4");
            workload.awaitProgress(APPENDS);

            List<Member> without = change(operator, MemberChange.removing("m1"));
            assertThat(without).extracting(Member::getId).doesNotContain("m1");
            workload.awaitProgress(APPENDS);
            cluster.kill("m1");
            workload.awaitProgress(APPENDS);

            Member fifth = begin(cluster, "m5");
            List<Member> left = change(operator, MemberChange.replacing("m2", fifth));
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

    private static List<Member> change(BeaconClient operator, MemberChange change) {
        return BeaconClient.await(operator.changeMembers(change));
    }
}
