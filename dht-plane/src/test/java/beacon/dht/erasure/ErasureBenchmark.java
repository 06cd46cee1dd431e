package beacon.dht.erasure;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Encoding and rebuilding 10+4 with shards of 1 MiB on one core, kernel beside kernel and beside ISA-L, as one JSON
 * object on standard output. The ISA-L driver is compiled when {@code gcc} and the library are there ({@code ISAL_HOME}
 * names an unpacked package); otherwise the baseline is null.
 */
public final class ErasureBenchmark {
    private static final int DATA = 10;
    private static final int PARITY = 4;
    private static final int SHARD = 1 << 20;
    private static final int ROUNDS = 5;
    private static final int REPEATS = 40;

    private ErasureBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        List<Kernel> kernels = Kernels.all();
        List<List<Double>> encode = lists(kernels.size());
        List<List<Double>> rebuild = lists(kernels.size());
        List<Double> isalEncode = new ArrayList<>();
        List<Double> isalRebuild = new ArrayList<>();
        Path driver = isalDriver();
        for (int round = -2; round < ROUNDS; round++) {
            for (int i = 0; i < kernels.size(); i++) {
                double[] rates = measure(kernels.get(i));
                if (round >= 0) {
                    encode.get(i).add(rates[0]);
                    rebuild.get(i).add(rates[1]);
                }
            }
            if (driver != null && round >= 0) {
                double[] rates = runDriver(driver);
                isalEncode.add(rates[0]);
                isalRebuild.add(rates[1]);
            }
        }
        List<String> results = new ArrayList<>();
        for (int i = 0; i < kernels.size(); i++) {
            String kernel = kernels.get(i).name();
            String suffix = i == 0 ? "" : "_" + kernel;
            double goal = kernel.startsWith("vector") ? 5.0 : 1.5;
            results.add(result("encode_10_4" + suffix, kernel, encode.get(i), isalEncode, goal));
            results.add(result("rebuild_1_10_4" + suffix, kernel, rebuild.get(i), isalRebuild, median(encode.get(i))));
        }
        System.out.printf(
                "{\"bench\":\"erasure\",\"conditions\":{\"cpus\":%d,\"jdk\":\"%s\",\"threads\":1,\"shardBytes\":%d},"
                        + "\"results\":[%s]}%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                SHARD,
                String.join(",", results));
    }

    private static List<List<Double>> lists(int count) {
        List<List<Double>> lists = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }

    private static double[] measure(Kernel kernel) {
        ReedSolomon code = new ReedSolomon(DATA, PARITY, kernel);
        byte[][] shards = new byte[DATA + PARITY][SHARD];
        byte[][] data = Arrays.copyOfRange(shards, 0, DATA);
        byte[][] parity = Arrays.copyOfRange(shards, DATA, DATA + PARITY);
        Random random = new Random(1);
        for (byte[] shard : data) {
            random.nextBytes(shard);
        }
        long start = cpuNanos();
        for (int i = 0; i < REPEATS; i++) {
            code.encode(data, parity);
        }
        double encode = (double) REPEATS * DATA * SHARD / (cpuNanos() - start);
        BitSet wanted = new BitSet();
        wanted.set(3);
        BitSet present = new BitSet();
        present.set(0, DATA + PARITY);
        present.clear(3);
        start = cpuNanos();
        for (int i = 0; i < REPEATS; i++) {
            code.rebuild(shards, present, wanted);
        }
        return new double[] {encode, (double) REPEATS * DATA * SHARD / (cpuNanos() - start)};
    }

    private static String result(String name, String kernel, List<Double> runs, List<Double> isal, double goal) {
        double value = median(runs);
        String baseline = isal.isEmpty()
                ? "null"
                : "{\"name\":\"ISA-L\",\"value\":%.2f,\"runs\":%s}".formatted(median(isal), json(isal));
        return "{\"name\":\"%s\",\"kernel\":\"%s\",\"value\":%.2f,\"unit\":\"GB/s\",\"runs\":%s,\"baseline\":%s,\"ratio\":%s,"
                        .formatted(
                                name,
                                kernel,
                                value,
                                json(runs),
                                baseline,
                                isal.isEmpty() ? "null" : "%.2f".formatted(value / median(isal)))
                + "\"goal\":%.2f,\"met\":%b}".formatted(goal, value >= goal);
    }

    /** Time of this thread on a core: what others do on the machine does not count. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double median(List<Double> runs) {
        List<Double> sorted = new ArrayList<>(runs);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static String json(List<Double> runs) {
        return runs.stream().map("%.2f"::formatted).collect(Collectors.joining(",", "[", "]"));
    }

    private static Path isalDriver() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("beacon-isal");
        Path source = folder.resolve("isal_bench.c");
        Path program = folder.resolve("isal_bench");
        try (InputStream in = ErasureBenchmark.class.getResourceAsStream("/isal_bench.c")) {
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        String home = System.getenv().getOrDefault("ISAL_HOME", "");
        List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-o", program.toString(), source.toString()));
        if (!home.isEmpty()) {
            String libraries = home + "/usr/lib/x86_64-linux-gnu";
            command.addAll(List.of("-I" + home + "/usr/include", "-L" + libraries, "-Wl,-rpath," + libraries));
        }
        command.add("-lisal");
        try {
            Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
            gcc.getInputStream().readAllBytes();
            return gcc.waitFor() == 0 ? program : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static double[] runDriver(Path driver) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(driver.toString()).start();
        String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("expected the ISA-L driver to end well, but found: " + line);
        }
        String[] parts = line.split(" ", 2);
        return new double[] {Double.parseDouble(parts[0]), Double.parseDouble(parts[1])};
    }
}
