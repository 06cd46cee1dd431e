package beacon.sim.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that once found a bug in production code; docs/simulation.md says which. About a minute each. */
class RegressionSeedsIT {
    @ParameterizedTest
    @CsvSource({"flash-crowd, 1", "eclipse, 1", "partition, 1", "churn-wave, 2"})
    void whatFoundABugHolds(String name, long seed) {
        DhtScenario scenario = DhtScenario.named(name).orElseThrow();

        DhtOutcome outcome = DhtSimulation.run(scenario, seed, Set.of(), line -> {});

        assertThat(outcome.violation())
                .as("beacon sim dht %s --seed %d".formatted(name, seed))
                .isEmpty();
        assertThat(outcome.figures().lookups()).isGreaterThan(100);
    }
}
