package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.proto.v1.ListEndangeredReply;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Churn, with processes: 3 members, 14 storage nodes and 3 custodians of which one is killed, wiped, paused or cut off every so
 * often, never more at once than the promises allow, while others write and read. In the end every acknowledged put is there,
 * bit for bit, and everything is whole again (promises 1, 4, 5 and 9).
 *
 * <p>Short by default. {@code -Dbeacon.soak.minutes=20 -Dbeacon.soak.artifacts=1000} is the long form, {@code
 * -Dbeacon.soak.seed=N} chooses the faults, {@code -Dbeacon.soak.keep=DIR} keeps logs, summary and the journal of a member.
 */
class ChurnSoakIT {
    private static final int MOST_LOST = 4;
    private static final long LOOK_NANOS = 500_000_000;
    private static final Gson JSON = new GsonBuilder().setPrettyPrinting().create();

    private static final double MINUTES = Double.parseDouble(System.getProperty("beacon.soak.minutes", "0.9"));
    private static final int ARTIFACTS = Integer.getInteger("beacon.soak.artifacts", 40);
    private static final long SEED = Long.getLong("beacon.soak.seed", new SplittableRandom().nextLong());
    private static final Optional<Path> KEEP =
            Optional.ofNullable(System.getProperty("beacon.soak.keep")).map(Path::of);
    private static final boolean LONG = MINUTES >= 5;

    /** A put waits for nodes that do not answer until it gives them up, and so takes up to half a minute. */
    private static final int WRITERS = LONG ? 8 : 3;

    private static final int BAR_BEATS = 60;

    /** A bar of two minutes in the long form, of fifteen seconds in the short one. */
    private static final Map<String, String> STEWARD = Map.of(
            "steward.beat", LONG ? "2s" : "250ms",
            "steward.pulse-beats", LONG ? "4" : "8",
            "steward.bar-beats", Integer.toString(BAR_BEATS),
            "steward.ping", LONG ? "2s" : "500ms",
            "steward.grace", LONG ? "15s" : "1s");

    private static final Duration BAR = LONG ? Duration.ofMinutes(2) : Duration.ofSeconds(15);
    private static final Duration FAULT_PERIOD = LONG ? Duration.ofSeconds(10) : Duration.ofSeconds(4);
    private static final Duration SHORTEST = LONG ? Duration.ofSeconds(6) : Duration.ofSeconds(3);
    private static final Duration LONGEST = LONG ? Duration.ofSeconds(45) : Duration.ofSeconds(10);

    /** On a machine with other work; what is promised is counted in beats of the log. */
    private static final Duration PATIENCE = LONG ? Duration.ofMinutes(8) : Duration.ofMinutes(4);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    private final JsonObject summary = new JsonObject();
    private Instant mendedAt = Instant.MAX;

    @Test
    void nothingIsLostWhileEverythingFailsInTurn() throws Exception {
        System.out.printf(
                "SOAK seed %d, %.1f minutes, %d artifacts, bar of %d beats in %d s, a fault every %d s%n",
                SEED, MINUTES, ARTIFACTS, BAR_BEATS, BAR.toSeconds(), FAULT_PERIOD.toSeconds());
        Optional<NamespaceNetwork> network = network();
        try (SoakProcesses processes = new SoakProcesses(directory, STEWARD, network);
                SoakProbe probe = new SoakProbe(processes.world)) {
            try {
                soak(processes, probe);
            } finally {
                keep(processes);
            }
        }
    }

    private static Optional<NamespaceNetwork> network() {
        try {
            return Optional.of(NamespaceNetwork.open(SoakProcesses.allNames()));
        } catch (NamespaceNetwork.UnavailableException e) {
            System.out.println(
                    "SOAK nobody is cut off from the network, for want of network namespaces: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void soak(SoakProcesses processes, SoakProbe probe) throws Exception {
        SoakBounds bounds = new SoakBounds(MOST_LOST);
        long nanos = (long) (MINUTES * 60e9);
        SoakWorkload workload = new SoakWorkload(
                processes.world, bounds, new SoakContents(SEED), ARTIFACTS, WRITERS, nanos * 7 / 10 / ARTIFACTS);
        workload.start(new SplittableRandom(SEED));
        try (SoakFaults faults = new SoakFaults(processes, probe, bounds, SEED, SHORTEST, LONGEST)) {
            try {
                churn(faults, nanos, workload);
                settle(faults, probe, workload);
            } finally {
                workload.stop();
                tell(faults, bounds, workload);
            }
            judge(processes, probe, workload);
        }
    }

    private static void churn(SoakFaults faults, long nanos, SoakWorkload workload) {
        long end = System.nanoTime() + nanos;
        long due = System.nanoTime() + FAULT_PERIOD.toNanos();
        while (System.nanoTime() - end < 0 && workload.violations().isEmpty()) {
            if (System.nanoTime() - due >= 0) {
                due += FAULT_PERIOD.toNanos();
                faults.tick();
            }
            faults.look();
            faults.measure();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Ends all faults and waits until the log calls everything whole, and the nodes show it. */
    private void settle(SoakFaults faults, SoakProbe probe, SoakWorkload workload) throws InterruptedException {
        faults.mendAll();
        mendedAt = Instant.now();
        long mended = System.nanoTime();
        long deadline = mended + PATIENCE.toNanos();
        while (!faults.isQuiet()) {
            assertThat(System.nanoTime() - deadline)
                    .as("nanoseconds left for %s", faults.impaired())
                    .isNegative();
            faults.look();
            LockSupport.parkNanos(LOOK_NANOS);
        }
        workload.stop();
        List<SoakPins.Column> lost = List.of();
        do {
            ListEndangeredReply endangered = probe.endangered();
            if (endangered.getTotal() == 0) {
                lost = probe.lost();
            }
            if (endangered.getTotal() == 0 && lost.isEmpty()) {
                summary.addProperty("seconds_from_last_fault_to_whole", (System.nanoTime() - mended) / 1_000_000_000);
                return;
            }
            System.out.printf(
                    "SOAK not whole yet: %d groups; not where the log says: %s%n", endangered.getTotal(), lost);
            LockSupport.parkNanos(4 * LOOK_NANOS);
        } while (System.nanoTime() - deadline < 0);
        throw new AssertionError("expected everything to be whole, but found lost " + lost);
    }

    private void tell(SoakFaults faults, SoakBounds bounds, SoakWorkload workload) {
        summary.addProperty("seed", Long.toString(SEED));
        summary.addProperty("minutes", MINUTES);
        summary.addProperty("bar_seconds", BAR.toSeconds());
        JsonObject byKind = new JsonObject();
        faults.done().forEach((fault, count) -> byKind.addProperty(fault.name().toLowerCase(Locale.ROOT), count));
        summary.add("faults", byKind);
        summary.addProperty("faults_held_back", faults.held());
        summary.addProperty("nodes_impaired_at_once_most", bounds.worst());
        faults.leastMargin().ifPresent(margin -> summary.addProperty("least_margin_seen", margin));
        summary.addProperty("puts_acknowledged", workload.acknowledged().size());
        summary.addProperty(
                "artifacts",
                workload.acknowledged().stream()
                        .map(SoakWorkload.Acknowledged::artifact)
                        .distinct()
                        .count());
        summary.addProperty("reads_during_churn", workload.reads());
        summary.addProperty("slowest_put_ms", workload.slowestPutMillis());
        summary.addProperty("slowest_read_ms", workload.slowestReadMillis());
        summary.add("puts_failed_and_repeated", JSON.toJsonTree(workload.putFailures()));
        summary.add("reads_failed_and_repeated", JSON.toJsonTree(workload.readFailures()));
        System.out.println("SOAK " + summary);
        workload.failureTexts().forEach(text -> System.out.println("SOAK failed and repeated: " + text));
    }

    private void judge(SoakProcesses processes, SoakProbe probe, SoakWorkload workload) throws Exception {
        Map<String, Integer> before = workload.readFailures();
        int good = workload.checkAll(count -> {
            if (count % 100 == 0) {
                System.out.println("SOAK read again: " + count);
            }
        });
        SoakHistory history = SoakHistory.read(probe.client(), mendedAt);
        summary.addProperty("acknowledged_puts_that_are_there_bit_for_bit", good);
        summary.add("log", history.json());
        List<String> errors = processes.errors();
        JsonArray lines = new JsonArray();
        errors.forEach(lines::add);
        summary.add("error_lines", lines);
        System.out.println("SOAK " + JSON.toJson(summary));

        assertThat(workload.violations()).isEmpty();
        assertThat(good).isEqualTo(workload.acknowledged().size()).isPositive();
        assertThat(workload.readFailures())
                .as("reads that failed after the last fault")
                .isEqualTo(before);
        if (LONG) {
            // The bar of the short form is too short to say anything on a machine that does more than this.
            assertThat(history.beatsToWhole())
                    .as("beats from the end of the last fault to the last repair")
                    .isLessThanOrEqualTo(BAR_BEATS);
        }
        assertThat(errors).isEmpty();
    }

    private void keep(SoakProcesses processes) throws IOException {
        if (KEEP.isEmpty()) {
            return;
        }
        Path target = KEEP.get();
        Files.createDirectories(target);
        Files.writeString(target.resolve("summary.json"), JSON.toJson(summary) + "\n");
        for (String name : SoakProcesses.allNames()) {
            Files.copy(
                    processes.log(name),
                    target.resolve(name + ".log"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        String member = processes.world.members.ids().get(0);
        processes.world.members.stop(member);
        Path journal = processes.world.members.data(member).resolve("journal");
        try (Stream<Path> files = Files.walk(journal)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve("journal")
                        .resolve(journal.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
