package beacon.sim.scale;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a million nodes of Kademlia take on one machine: heap, and events a second of one core. Time is CPU time of the one
 * thread, so that what else runs on the machine is not measured as well.
 */
public final class KadBenchmark {
    private static final double GIB = 1 << 30;
    private static final double NANOS = 1e9;
    /** Goals: heap in GiB at most, events a second at least, hops off theory at most. */
    public static final double HEAP_GOAL = 12;

    public static final double EVENTS_GOAL = 500_000;
    public static final double HOPS_GOAL = 0.1;

    private KadBenchmark() {}

    /**
     * What to measure.
     *
     * @param walks of each run, after one more to warm up
     * @param gone share of the nodes that does not answer
     */
    public record Plan(int nodes, int walks, int runs, int atOnce, double gone, long seed) {
        /** A million nodes that all answer. */
        public static final Plan MILLION = new Plan(1_000_000, 20_000, 5, 1_000, 0, 1);
    }

    /**
     * What was found.
     *
     * @param heapGib in use after a full collection, with everything loaded
     * @param eventsPerSecond of CPU time, each run
     * @param hopsMedian over the last run, and what theory says
     */
    public record Figures(
            double heapGib,
            List<Double> eventsPerSecond,
            double hopsMedian,
            double hopsMean,
            double hopsTheory,
            CompactSimulation.Outcome last) {
        public Figures {
            eventsPerSecond = List.copyOf(eventsPerSecond);
        }

        /** The median run. */
        public double medianEventsPerSecond() {
            return eventsPerSecond.stream().sorted().toList().get(eventsPerSecond.size() / 2);
        }

        /** How far the measured median is off theory, as a share of it. */
        public double hopsOffTheory() {
            return Math.abs(hopsMedian / hopsTheory - 1);
        }
    }

    /** Measures; tells now and then how far it is. */
    public static Figures run(Plan plan, Consumer<String> progress) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        progress.accept("filling the tables of %d nodes".formatted(plan.nodes()));
        CompactSimulation simulation = new CompactSimulation(plan.nodes(), plan.gone(), plan.atOnce(), plan.seed());
        CompactSimulation.Outcome last = simulation.run(plan.walks());
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < plan.runs(); i++) {
            long before = threads.getCurrentThreadCpuTime();
            last = simulation.run(plan.walks());
            rates.add(last.events() * NANOS / (threads.getCurrentThreadCpuTime() - before));
            progress.accept("run %d of %d: %.0f events/s".formatted(i + 1, plan.runs(), rates.get(i)));
        }
        double heap = heapAfterCollection();
        // The simulation has to be there while its heap is measured.
        if (last.events() > simulation.events()) {
            throw new IllegalStateException("expected the events of the last run among all, but found more");
        }
        return new Figures(
                heap,
                rates,
                last.hopsMedian(),
                last.hopsMean(),
                HopTheory.hops(plan.nodes(), CompactSimulation.CLOSEST.resultSize()),
                last);
    }

    @SuppressWarnings("ExplicitGc")
    private static double heapAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / GIB;
    }
}
