package beacon.node.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.ResolveRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Every member's disk fills up: typed refusals, reads as before, and appends go on when there is room again. */
class FullDiskIT {
    private static final int DISK_MEGABYTES = 192;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(2);
    private static final String ADDRESS = Events.address("full");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    private final List<Path> mounted = new ArrayList<>();

    @AfterEach
    void unmount() throws Exception {
        for (Path disk : mounted) {
            run("umount", "--lazy", disk.toString());
        }
    }

    @Test
    void fullDisksGiveTypedRefusalsAndAppendsGoOnAfterwards() throws Exception {
        MemberCluster.Options options = Faults.options().with("limits.least-free-disk", "64MiB");
        try (MemberCluster cluster = MemberCluster.create(directory, options)) {
            for (String id : cluster.ids()) {
                assumeTrue(mount(cluster.data(id)), "not allowed to mount a small disk; run as root to see this test");
            }
            cluster.ids().forEach(cluster::start);
            cluster.ids().forEach(cluster::awaitReady);
            try (BeaconClient client = cluster.client("client-0", TIMEOUT)) {
                AppendRequest first = client.request(List.of(Events.pointer(ADDRESS, 0, 0)), List.of());
                Accepted answer = BeaconClient.await(client.append(first));

                // Below the reserve; then not a byte left.
                for (long leave : List.of(32L << 20, 0L)) {
                    List<Path> fillers = fill(cluster, leave);
                    AppendRequest refusedRequest =
                            client.request(List.of(Events.pointer(ADDRESS, 1, leave)), List.of());
                    awaitRefusal(client, refusedRequest);
                    assertThat(BeaconClient.await(client.resolve(ResolveRequest.newBuilder()
                                            .setAddress(ADDRESS)
                                            .build()))
                                    .getPointer()
                                    .getSequence())
                            .isEqualTo(sequenceNow(cluster));
                    for (Path filler : fillers) {
                        Files.delete(filler);
                    }
                    MemberCluster.await("appends to go on", RECOVERY_TIMEOUT, () -> accepts(client, refusedRequest));
                }

                assertThat(BeaconClient.await(client.append(first))).isEqualTo(answer);
                Promises.awaitSameHistory(cluster, cluster.ids());
                // The first one, and each refused one, once.
                assertThat(sequenceNow(cluster)).isEqualTo(3);
            }
        }
    }

    private static void awaitRefusal(BeaconClient client, AppendRequest request) {
        // Free space is looked at every now and then, so the first try may still have been in time.
        try {
            Accepted accepted = BeaconClient.await(client.append(request));
            throw new AssertionError("expected a refusal of an append to a full disk, but found " + accepted);
        } catch (ClientException e) {
            Refusal refusal = e.refusal();
            assertThat(refusal.reason()).isEqualTo(Reason.DISK_FULL);
            assertThat(refusal.message()).contains("expected").contains("free space");
        }
    }

    private static boolean accepts(BeaconClient client, AppendRequest request) {
        try {
            BeaconClient.await(client.append(request));
            return true;
        } catch (ClientException e) {
            assertThat(e.refusal().reason())
                    .isIn(Reason.DISK_FULL, Reason.NO_LEADER, Reason.OUTCOME_UNKNOWN, Reason.NOT_LEADER);
            return false;
        }
    }

    private static long sequenceNow(MemberCluster cluster) {
        String leader = cluster.awaitLeader(cluster.ids());
        return cluster.status(leader).orElseThrow().getLastSequence();
    }

    private static List<Path> fill(MemberCluster cluster, long leaveBytes) throws IOException {
        List<Path> fillers = new ArrayList<>();
        byte[] block = new byte[1 << 16];
        for (String id : cluster.ids()) {
            Path filler = cluster.data(id).resolve("filler");
            fillers.add(filler);
            try (OutputStream out = Files.newOutputStream(filler)) {
                while (Files.getFileStore(filler).getUsableSpace() > leaveBytes) {
                    out.write(block);
                }
            } catch (IOException e) {
                if (leaveBytes > 0) {
                    throw e;
                }
                // Not a byte left is what was wanted.
            }
        }
        return fillers;
    }

    private boolean mount(Path disk) throws Exception {
        Files.createDirectories(disk);
        boolean done = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "tmpfs", disk.toString());
        if (done) {
            mounted.add(disk);
        }
        return done;
    }

    private static boolean run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0;
    }
}
