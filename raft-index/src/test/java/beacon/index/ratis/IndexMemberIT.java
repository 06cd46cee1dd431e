package beacon.index.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.client.BeaconClient;
import beacon.index.log.AnAppend;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.ResolveRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexMemberIT {
    @TempDir
    Path directory;

    @Test
    void appendsAndResolvesThroughThreeMembers() {
        try (TestCluster cluster = TestCluster.start(directory, 3, UnaryOperator.identity());
                BeaconClient client = cluster.client()) {
            Accepted accepted = BeaconClient.await(
                    client.append(AnAppend.withId(1).pointing("a", 7).request()));

            var resolved = BeaconClient.await(client.resolve(ResolveRequest.newBuilder()
                    .setAddress(AnAppend.address("a"))
                    .build()));

            assertThat(accepted.getFirstSequence()).isEqualTo(1);
            assertThat(resolved.getPointer().getCid()).isEqualTo(AnAppend.cid(7));
            assertThat(resolved.getPointer().getRevision()).isEqualTo(1);
        }
    }

    /** What a slow machine does: the first member sees that all are blank, the others see it only when it has begun. */
    @Test
    void aClusterBeginsWhenOneMemberBeganBeforeTheOthersSawIt() {
        try (TestCluster cluster = TestCluster.startFirstAlone(directory, 3);
                BeaconClient client = cluster.client()) {
            Accepted accepted = BeaconClient.await(
                    client.append(AnAppend.withId(1).pointing("a", 7).request()));

            assertThat(accepted.getFirstSequence()).isEqualTo(1);
            TestCluster.await(() -> cluster.ids().stream()
                    .map(cluster::member)
                    .allMatch(member ->
                            !member.status().blank() && member.status().lastSequence() == 1));
        }
    }

    @Test
    void continuesWhereItEndedAfterARestartOfAllMembers() {
        List<Accepted> first = new ArrayList<>();
        try (TestCluster cluster = TestCluster.start(directory, 3, UnaryOperator.identity());
                BeaconClient client = cluster.client()) {
            List<CompletableFuture<Accepted>> results = new ArrayList<>();
            for (int i = 1; i <= 100; i++) {
                results.add(client.append(AnAppend.withId(i).pointing("a", i).request()));
            }
            results.forEach(result -> first.add(BeaconClient.await(result)));
            cluster.ids().forEach(cluster::stop);
            List.of("m1", "m2", "m3").forEach(cluster::restart);
            cluster.awaitLeader();

            Accepted again = BeaconClient.await(
                    client.append(AnAppend.withId(50).pointing("a", 50).request()));
            Accepted next = BeaconClient.await(
                    client.append(AnAppend.withId(101).pointing("a", 101).request()));

            assertThat(again).isEqualTo(first.get(49));
            assertThat(next.getFirstSequence()).isEqualTo(101);
            assertThat(next.getRevisions(0)).isEqualTo(101);
        }
    }
}
