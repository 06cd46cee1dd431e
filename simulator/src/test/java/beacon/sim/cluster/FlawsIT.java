package beacon.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.sim.scenario.Lot;
import beacon.sim.scenario.Scenario;
import beacon.sim.scenario.Shrinker;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults that are built in on purpose are found soon, and shrunk to what a person can read. */
class FlawsIT {
    private static final int SEEDS = 40;
    private static final double DAYS = 0.5;
    private static final int SHRINKING = 60;
    private static final int READABLE = 10;

    private static Optional<Violation> run(Scenario scenario, long seed, Flaw flaw) {
        return Simulation.run(scenario, seed, Set.of(flaw), line -> {}, share -> {})
                .violation();
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void everyFlawIsFoundAndShrunk(Flaw flaw) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Scenario scenario = Lot.draw(seed, DAYS);
            Optional<Violation> found = run(scenario, seed, flaw);
            if (found.isPresent()) {
                long of = seed;
                Scenario smallest = Shrinker.shrink(
                        scenario, candidate -> run(candidate, of, flaw).isPresent(), SHRINKING);
                System.out.printf(
                        "%s: seed %d, %d of %d faults: %s%n",
                        flaw, seed, smallest.faults().size(), scenario.faults().size(), found.get());
                assertThat(smallest.faults()).hasSizeLessThanOrEqualTo(READABLE);
                return;
            }
        }
        throw new AssertionError("expected " + flaw + " to be found within " + SEEDS + " seeds, but it was not");
    }
}
