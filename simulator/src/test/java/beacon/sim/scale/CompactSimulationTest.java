package beacon.sim.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CompactSimulationTest {
    @Test
    void hopsAreThoseOfTheory() {
        CompactSimulation.Outcome outcome = new CompactSimulation(50_000, 0, 100, 3).run(3_000);

        assertThat(outcome.hopsMedian())
                .isCloseTo(HopTheory.hops(50_000, 20), within(0.1 * HopTheory.hops(50_000, 20)));
        assertThat(outcome.failures()).isZero();
        assertThat(outcome.events()).isGreaterThan(3_000 * 40);
    }

    @Test
    void theSameSeedDoesTheSame() {
        CompactSimulation.Outcome first = new CompactSimulation(2_000, 0.1, 50, 7).run(500);
        CompactSimulation.Outcome second = new CompactSimulation(2_000, 0.1, 50, 7).run(500);
        CompactSimulation.Outcome other = new CompactSimulation(2_000, 0.1, 50, 8).run(500);

        assertThat(second).isEqualTo(first);
        assertThat(other.hash()).isNotEqualTo(first.hash());
    }

    @Test
    void tablesForgetThoseThatAreGoneWhileTheyAreUsed() {
        CompactSimulation simulation = new CompactSimulation(2_000, 0.2, 100, 9);

        long first = simulation.run(3_000).failures();
        CompactSimulation.Outcome between = simulation.run(15_000);
        long last = simulation.run(3_000).failures();

        assertThat(first).isGreaterThan(3_000);
        assertThat(between.failures()).isLessThan(5 * first);
        assertThat(last).isLessThan(first * 9 / 10);
    }

    @Test
    void oneContactABucketHalvesTwiceAHop() {
        assertThat(HopTheory.bitsPerHop(1)).isCloseTo(2, within(1e-9));
        assertThat(HopTheory.bitsPerHop(20)).isCloseTo(5.69, within(0.005));
        assertThat(HopTheory.hops(1_000_000, 20)).isCloseTo(3.50, within(0.005));
    }

    @Test
    void theBenchmarkSaysWhatItMeasured() {
        KadBenchmark.Figures figures = KadBenchmark.run(new KadBenchmark.Plan(2_000, 200, 2, 50, 0, 1), line -> {});

        assertThat(figures.eventsPerSecond()).hasSize(2).allMatch(rate -> rate > 0);
        assertThat(figures.heapGib()).isBetween(0.001, 4.0);
        assertThat(figures.hopsOffTheory()).isLessThan(0.2);
    }

    @Test
    void eventsComeInTheOrderOfTheirTime() {
        EventHeap heap = new EventHeap();
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 5_000; i++) {
            heap.add(random.nextLong(1_000_000), i);
        }
        long before = 0;

        for (int i = 0; i < 5_000; i++) {
            long event = heap.remove();
            assertThat(event).isGreaterThan(before);
            before = event;
        }

        assertThat(heap.isEmpty()).isTrue();
    }
}
