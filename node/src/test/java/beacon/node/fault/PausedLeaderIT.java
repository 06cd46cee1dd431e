package beacon.node.fault;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientOptions;
import beacon.index.tls.TlsFiles;
import beacon.node.process.MemberCluster;
import beacon.proto.grpc.PeerIdentity;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Promise 2: reads are linearizable, also those that a leader of the past is asked. */
class PausedLeaderIT {
    private static final int ROUNDS = 5;
    private static final int READS = 50;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String ADDRESS = Events.address("paused");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @Test
    void pausedLeaderNeverAnswersALinearizableReadWithOldData() throws Exception {
        try (MemberCluster cluster = MemberCluster.start(directory, Faults.options());
                BeaconClient client = cluster.client("client-0", TIMEOUT)) {
            AppendRequest first = client.request(List.of(Events.pointer(ADDRESS, 0, 0)), List.of());
            Accepted answer = BeaconClient.await(client.append(first));
            int refused = 0;
            for (int round = 1; round <= ROUNDS; round++) {
                refused += pauseOnce(cluster, round);
            }

            System.out.printf("%d of %d reads of a leader that was paused were refused%n", refused, 2 * ROUNDS * READS);
            Promises.awaitSameHistory(cluster, cluster.ids());
            assertThat(BeaconClient.await(client.append(first))).isEqualTo(answer);
        }
    }

    /** Returns how many reads the old leader refused. */
    private static int pauseOnce(MemberCluster cluster, int revision) throws Exception {
        TlsFiles tls = cluster.issue(PeerIdentity.Kind.CLIENT, "client-0");
        String old = cluster.awaitLeader(cluster.ids());
        List<String> others =
                cluster.ids().stream().filter(id -> !id.equals(old)).toList();
        try (DirectReads reads = new DirectReads(cluster.member(old).client().toString(), tls)) {
            // Connected, and a leader by all it knows, when it stands still.
            assertThat(reads.revision(ADDRESS).get(1, TimeUnit.MINUTES)).isEqualTo(revision);
            cluster.process(old).pause();
            cluster.awaitLeader(others);
            appendThrough(cluster, others, tls, revision);

            // They wait in its socket and are the first thing it sees.
            List<CompletableFuture<Long>> waiting = many(reads);
            cluster.process(old).resume();
            List<CompletableFuture<Long>> late = many(reads);

            List<Long> answers = new ArrayList<>();
            for (CompletableFuture<Long> read : concat(waiting, late)) {
                answers.add(read.get(1, TimeUnit.MINUTES));
            }
            assertThat(answers).allMatch(seen -> seen == revision + 1L || seen == DirectReads.REFUSED);
            cluster.awaitReady(old);
            return (int)
                    answers.stream().filter(seen -> seen == DirectReads.REFUSED).count();
        }
    }

    private static void appendThrough(MemberCluster cluster, List<String> members, TlsFiles tls, int revision) {
        List<String> targets = members.stream()
                .map(id -> cluster.member(id).client().toString())
                .toList();
        try (BeaconClient client = BeaconClient.open(new ClientOptions(targets, tls, TIMEOUT))) {
            Accepted accepted = BeaconClient.await(client.append(Events.pointer(ADDRESS, 0, revision)));
            assertThat(accepted.getRevisionsList()).containsExactly(revision + 1L);
        }
    }

    private static List<CompletableFuture<Long>> many(DirectReads reads) {
        List<CompletableFuture<Long>> all = new ArrayList<>();
        for (int i = 0; i < READS; i++) {
            all.add(reads.revision(ADDRESS));
        }
        return all;
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
