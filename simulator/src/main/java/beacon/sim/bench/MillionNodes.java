package beacon.sim.bench;

import beacon.sim.scale.KadBenchmark;
import beacon.sim.scale.KadBenchmark.Figures;
import beacon.sim.scale.KadBenchmark.Plan;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What a million compact nodes of Kademlia take in heap and in CPU time, and whether their walks are as long as theory says. */
final class MillionNodes implements Measurement {
    private static final int QUICK_WALKS = 2_000;
    private static final double PERCENT = 100;

    @Override
    public List<Figure> run(int runs, boolean quick, Consumer<String> progress) {
        Plan million = Plan.MILLION;
        Figures figures = KadBenchmark.run(
                new Plan(
                        million.nodes(),
                        quick ? QUICK_WALKS : million.walks(),
                        runs,
                        million.atOnce(),
                        million.gone(),
                        million.seed()),
                line -> progress.accept("kademlia: " + line));
        progress.accept(String.format(
                Locale.ROOT,
                "kademlia: %.2f hops in the median, %.2f by theory",
                figures.hopsMedian(),
                figures.hopsTheory()));
        return List.of(
                new Figure("kad_1m_heap", "GiB", List.of(figures.heapGib()), KadBenchmark.HEAP_GOAL, false),
                new Figure("kad_events", "1/s", figures.eventsPerSecond(), KadBenchmark.EVENTS_GOAL, true),
                new Figure(
                        "kad_hops_off_theory",
                        "%",
                        List.of(PERCENT * figures.hopsOffTheory()),
                        PERCENT * KadBenchmark.HOPS_GOAL,
                        false));
    }
}
