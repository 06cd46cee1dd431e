package beacon.index.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.client.BeaconClient;
import beacon.index.log.AnAppend;
import beacon.index.ratis.MemberSettings.MemberAddress;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.ExportChunk;
import beacon.proto.v1.ExportRequest;
import beacon.proto.v1.ResolveRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreIT {
    @TempDir
    Path directory;

    private static List<ExportChunk> backup(BeaconClient client) {
        List<ExportChunk> chunks = new ArrayList<>();
        client.leaderCluster().export(ExportRequest.getDefaultInstance()).forEachRemaining(chunks::add);
        return chunks;
    }

    private static MemberSettings settings(Path data) {
        MemberAddress self = new MemberAddress("m1", "127.0.0.1:1", "127.0.0.1:2");
        return MemberSettings.of("test", self, List.of(self), data, null);
    }

    @Test
    void restoredClusterHasTheNamesAndNeverUsesASequenceAgain() {
        List<ExportChunk> backup;
        try (TestCluster cluster = TestCluster.start(directory.resolve("old"), 3, UnaryOperator.identity());
                BeaconClient client = cluster.client()) {
            for (int i = 1; i <= 50; i++) {
                BeaconClient.await(client.append(
                        AnAppend.withId(i).pointing("p" + i % 5, i).request()));
            }
            backup = backup(client);
            // Lost with the cluster, but somebody has seen its sequence.
            BeaconClient.await(
                    client.append(AnAppend.withId(51).pointing("p1", 51).request()));
        }

        for (String id : List.of("m1", "m2", "m3")) {
            Restore.Report report = Restore.install(
                    settings(directory.resolve("new").resolve(id)), TestKeys.signer("test"), backup.iterator(), 60);
            assertThat(report).isEqualTo(new Restore.Report(50, 61));
        }

        try (TestCluster cluster = TestCluster.start(directory.resolve("new"), 3, UnaryOperator.identity());
                BeaconClient client = cluster.client()) {
            Accepted next = BeaconClient.await(
                    client.append(AnAppend.withId(100).pointing("p1", 100).request()));
            Accepted again = BeaconClient.await(
                    client.append(AnAppend.withId(46).pointing("p1", 46).request()));

            assertThat(next.getFirstSequence()).isEqualTo(61);
            assertThat(next.getRevisions(0)).isEqualTo(11);
            assertThat(again.getFirstSequence()).isEqualTo(46);
            assertThat(BeaconClient.await(client.resolve(ResolveRequest.newBuilder()
                                    .setAddress(AnAppend.address("p1"))
                                    .setAsOfSequence(60)
                                    .build()))
                            .getPointer()
                            .getSequence())
                    .isEqualTo(46);
        }
    }

    @Test
    void refusesADirectoryThatHasHistory() {
        List<ExportChunk> backup;
        try (TestCluster cluster = TestCluster.start(directory.resolve("old"), 1, UnaryOperator.identity());
                BeaconClient client = cluster.client()) {
            BeaconClient.await(client.append(AnAppend.withId(1).pointing("a", 1).request()));
            backup = backup(client);
        }

        assertThatThrownBy(() -> Restore.install(
                        settings(directory.resolve("old").resolve("m1")),
                        TestKeys.signer("test"),
                        backup.iterator(),
                        0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("empty data directory");
    }
}
