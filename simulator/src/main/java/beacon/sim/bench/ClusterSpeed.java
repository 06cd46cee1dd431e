package beacon.sim.bench;

import beacon.sim.cluster.Outcome;
import beacon.sim.cluster.Policy;
import beacon.sim.cluster.Simulation;
import beacon.sim.scenario.Deletions;
import beacon.sim.scenario.Fault;
import beacon.sim.scenario.Fault.Kind;
import beacon.sim.scenario.Scenario;
import beacon.sim.world.World;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** How many times faster than real time a cluster of 20 nodes with 1,000 artifacts is simulated. */
final class ClusterSpeed implements Measurement {
    private static final double GOAL = 5_000;

    @Override
    public List<Figure> run(int runs, boolean quick, Consumer<String> progress) {
        Scenario scenario = scenario(quick ? 6 : 24);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        List<Double> factors = new ArrayList<>();
        List<Double> ofCpu = new ArrayList<>();
        for (int run = quick ? 1 : 0; run <= runs; run++) {
            long began = System.nanoTime();
            long cpuBegan = threads.getCurrentThreadCpuTime();
            Outcome outcome = Simulation.run(scenario, 1, share -> {});
            double seconds = (System.nanoTime() - began) / 1e9;
            if (!outcome.holds() || outcome.figures().artifacts() < scenario.artifacts()) {
                throw new IllegalStateException("expected a run in which everything holds, but found " + outcome);
            }
            double cpuSeconds = (threads.getCurrentThreadCpuTime() - cpuBegan) / 1e9;
            double factor = outcome.micros() / 1e6 / seconds;
            progress.accept(String.format(
                    Locale.ROOT, "cluster: %s %.0f x real time", run == 0 ? "warm-up," : "run " + run + ",", factor));
            if (run > 0) {
                factors.add(factor);
                ofCpu.add(outcome.micros() / 1e6 / cpuSeconds);
            }
        }
        // The second is what the first is when nothing else runs on the machine.
        return List.of(
                new Figure("cluster_realtime_factor", "x", factors, GOAL, true),
                new Figure("cluster_cpu_time_factor", "x", ofCpu, GOAL, true));
    }

    private static Scenario scenario(int hours) {
        return new Scenario(
                "bench",
                "",
                Policy.DEFAULT,
                3,
                20,
                20,
                1L << 40,
                0,
                1_000,
                5 * World.SECOND,
                0.5,
                Deletions.NONE,
                hours * World.HOUR,
                true,
                List.of(
                        new Fault(2 * World.HOUR, Kind.CRASH, "n3", World.HOUR, 0),
                        new Fault(3 * World.HOUR, Kind.CRASH, "m1", World.MINUTE, 0),
                        new Fault(4 * World.HOUR, Kind.WIPE, "n7", 10 * World.MINUTE, 0),
                        new Fault(5 * World.HOUR, Kind.ROT, "n8", 0, 0.05)));
    }
}
