package beacon.sim.bench;

import beacon.sim.cluster.Simulation;
import beacon.sim.scenario.Lot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Whether two Java processes do the same with the same seeds. */
public final class SameTraces implements Measurement {
    private static final int SEEDS = 50;
    private static final int QUICK = 5;
    private static final double DAYS = 0.05;

    @Override
    public List<Figure> run(int runs, boolean quick, Consumer<String> progress) {
        int seeds = quick ? QUICK : SEEDS;
        progress.accept("traces: %d seeds in another process".formatted(seeds));
        List<String> others = others(seeds);
        progress.accept("traces: the same here");
        double same = 0;
        for (int seed = 1; seed <= seeds; seed++) {
            same += seed <= others.size() && hash(seed).equals(others.get(seed - 1)) ? 1 : 0;
        }
        return List.of(new Figure("trace_identical", "seeds", List.of(same), seeds, true));
    }

    private static String hash(long seed) {
        return Simulation.run(Lot.draw(seed, DAYS), seed, share -> {}).traceHash();
    }

    private static List<String> others(int seeds) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SameTraces.class.getName(),
                Integer.toString(seeds));
        List<String> lines = new ArrayList<>();
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    lines.add(line);
                }
            }
            if (process.waitFor() != 0) {
                throw new IllegalStateException("expected a process that runs simulations, but it failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return lines;
    }

    /** The other process: prints the hash of each seed. */
    public static void main(String[] arguments) {
        for (int seed = 1; seed <= Integer.parseInt(arguments[0]); seed++) {
            System.out.println(hash(seed));
        }
    }
}
