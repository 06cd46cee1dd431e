package beacon.node.fault;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.process.MemberCluster;
import beacon.views.KeyValues;
import beacon.views.Keys;
import beacon.views.store.RocksKeyValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Promise 3: digests of the projections are compared every reverb, and a difference is an alarm. */
class DifferingProjectionsIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @Test
    void aProjectionThatWasChangedOnOneMemberRaisesTheAlarmOnTheNextReverb() {
        MemberCluster.Options options = Faults.options()
                .with("steward.beat", "500ms")
                .with("steward.pulse-beats", "2")
                .with("steward.bar-beats", "4")
                .with("steward.ping", "500ms");
        try (MemberCluster cluster = MemberCluster.start(directory, options)) {
            awaitLine(cluster, "projections_compared", "answered=3", "differ=0");
            String leader = cluster.awaitLeader(cluster.ids());
            String wrong = cluster.ids().stream()
                    .filter(id -> !id.equals(leader))
                    .findFirst()
                    .orElseThrow();
            assertThat(lines(cluster, "projections_differ")).isEmpty();

            assertThat(cluster.stop(wrong)).isTrue();
            plant(cluster.data(wrong).resolve("projections"), "keys");
            cluster.start(wrong);
            cluster.awaitReady(wrong);

            awaitLine(cluster, "ERROR", "projections_differ", "projection=keys", "first_seen_different=", wrong + "=");
            assertThat(lines(cluster, "projections_differ")).allMatch(line -> line.contains("projection=keys"));
        }
    }

    /** Another digest, as if the state had another entry; what the projection is made of grows on it. */
    private static void plant(Path store, String projection) {
        byte[] key = Keys.of(Keys.of("checkpoint"), Keys.of(projection));
        try (KeyValues state = new RocksKeyValues(store)) {
            byte[] found = state.latest().get(key);
            assertThat(found).isNotNull();
            byte[] changed = found.clone();
            changed[changed.length - 1] ^= 1;
            TreeMap<byte[], byte[]> change = new TreeMap<>(Arrays::compareUnsigned);
            change.put(key, changed);
            state.commit(change);
        }
    }

    private static void awaitLine(MemberCluster cluster, String... parts) {
        MemberCluster.await(
                "a line with " + List.of(parts),
                DEADLINE,
                () -> !lines(cluster, parts).isEmpty());
    }

    private static List<String> lines(MemberCluster cluster, String... parts) {
        return cluster.ids().stream()
                .map(id -> cluster.data(id).resolveSibling("log"))
                .flatMap(DifferingProjectionsIT::read)
                .filter(line -> Stream.of(parts).allMatch(line::contains))
                .toList();
    }

    private static Stream<String> read(Path log) {
        try {
            return Files.readAllLines(log).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
