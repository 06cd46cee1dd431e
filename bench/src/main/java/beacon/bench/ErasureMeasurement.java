package beacon.bench;

import beacon.dht.erasure.ReedSolomon;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Encoding 10+4 and rebuilding one shard of it, with shards of 1 MiB on one core, by the kernel that this runtime has
 * chosen, beside ISA-L. CPU time counts, so others on the machine do not.
 */
final class ErasureMeasurement {
    private static final int DATA = 10;
    private static final int PARITY = 4;
    private static final int SHARD_BYTES = 1 << 20;
    private static final int REPEATS = 40;
    private static final int WARM_UP_ROUNDS = 2;
    private static final int LOST = 3;
    private static final double PLAIN_GOAL = 1.5;
    private static final double VECTOR_GOAL = 5.0;

    private final Path directory;
    private final Settings settings;
    private final Progress progress;
    private final ReedSolomon code = new ReedSolomon(DATA, PARITY);
    private final byte[][] shards = new byte[DATA + PARITY][SHARD_BYTES];

    ErasureMeasurement(Path directory, Settings settings, Progress progress) {
        this.directory = directory;
        this.settings = settings;
        this.progress = progress;
        SplittableRandom random = new SplittableRandom(1);
        for (byte[] shard : shards) {
            random.nextBytes(shard);
        }
    }

    /** "plain" or "vector-" and the width in bits. */
    String kernel() {
        return code.kernelName();
    }

    List<Result> run() {
        Optional<IsalDriver> isal = IsalDriver.compile(directory);
        progress.say("kernel " + kernel() + (isal.isPresent() ? "" : "; gcc or libisal-dev is missing: no baseline"));
        List<Double> encode = new ArrayList<>();
        List<Double> rebuild = new ArrayList<>();
        List<IsalDriver.Rates> peer = new ArrayList<>();
        for (int round = -WARM_UP_ROUNDS; round < settings.runs(); round++) {
            double encoded = encodeRate();
            double rebuilt = rebuildRate();
            if (round >= 0) {
                encode.add(encoded);
                rebuild.add(rebuilt);
                isal.ifPresent(driver -> peer.add(driver.measure()));
            }
        }
        return List.of(
                result(
                        "encode_10_4",
                        encode,
                        peer.stream().map(IsalDriver.Rates::encode).toList(),
                        kernel().startsWith("vector") ? VECTOR_GOAL : PLAIN_GOAL),
                result(
                        "rebuild_1_of_10_4",
                        rebuild,
                        peer.stream().map(IsalDriver.Rates::rebuild).toList(),
                        Medians.of(encode)));
    }

    /** The goal is a rate, the peer the limit of the machine. */
    private static Result result(String name, List<Double> runs, List<Double> peer, double goal) {
        double value = Medians.of(runs);
        Result.Baseline baseline = peer.isEmpty() ? null : Result.Baseline.of(IsalDriver.NAME, peer);
        Double ratio = baseline == null ? null : value / baseline.value();
        return new Result(
                name, value, Unit.GIGABYTES_PER_SECOND.text(), runs, baseline, goal, ratio, 1.0, value >= goal);
    }

    private double encodeRate() {
        byte[][] data = Arrays.copyOfRange(shards, 0, DATA);
        byte[][] parity = Arrays.copyOfRange(shards, DATA, DATA + PARITY);
        long start = cpuNanos();
        for (int i = 0; i < REPEATS; i++) {
            code.encode(data, parity);
        }
        return rate(start);
    }

    private double rebuildRate() {
        BitSet wanted = new BitSet();
        wanted.set(LOST);
        BitSet present = new BitSet();
        present.set(0, DATA + PARITY);
        present.clear(LOST);
        long start = cpuNanos();
        for (int i = 0; i < REPEATS; i++) {
            code.rebuild(shards, present, wanted);
        }
        return rate(start);
    }

    private static double rate(long start) {
        return (double) REPEATS * DATA * SHARD_BYTES / (cpuNanos() - start);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
