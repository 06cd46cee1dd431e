package beacon.sim.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.sim.kademlia.DhtFault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DhtSimulationTest {
    private static final DhtScenario SMALL = new DhtScenario(
            "small",
            "a few hours",
            30,
            10,
            Duration.ofHours(4),
            List.of(
                    new DhtFault(Kind.REDEPLOY, Duration.ofMinutes(20), 0.5, Duration.ofMinutes(30)),
                    new DhtFault(Kind.LOSS, Duration.ofMinutes(10), 0.05, Duration.ofHours(1)),
                    new DhtFault(Kind.CROWD, Duration.ofHours(1), 1, Duration.ZERO)));

    @Test
    void contentsAreFoundWhileHalfOfTheNodesMove() {
        DhtOutcome outcome = DhtSimulation.run(SMALL, 1, Set.of(), line -> {});

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.figures().lookups()).isGreaterThan(100);
        assertThat(outcome.figures().messages()).isGreaterThan(50_000);
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        String first = DhtSimulation.run(SMALL, 2, Set.of(), line -> {}).traceHash();
        String second = DhtSimulation.run(SMALL, 2, Set.of(), line -> {}).traceHash();
        String other = DhtSimulation.run(SMALL, 3, Set.of(), line -> {}).traceHash();

        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @Test
    void everyScenarioHasANameOfItsOwnAndFaultsWithinItsTime() {
        assertThat(DhtScenario.all()).extracting(DhtScenario::name).doesNotHaveDuplicates();
        assertThat(DhtScenario.all())
                .allMatch(scenario ->
                        scenario.faults().stream().allMatch(fault -> fault.at().compareTo(scenario.duration()) < 0));
        assertThat(DhtScenario.draw(4)).isEqualTo(DhtScenario.draw(4)).isNotEqualTo(DhtScenario.draw(5));
    }

    @Test
    void whatAFewNodesProvideIsFoundByAll() {
        ProvidingDay.Outcome outcome =
                ProvidingDay.run(new ProvidingDay.Plan(300, 2_000, 2, 0.1, Duration.ofHours(24), 1), line -> {});

        assertThat(outcome.records()).isBetween((long) (0.97 * outcome.wanted()), outcome.wanted() + 2_000);
        assertThat(outcome.found()).isEqualTo(outcome.searched()).isEqualTo(1_000);
        assertThat(outcome.incomplete()).isZero();
        assertThat(outcome.smallestMarginSeconds()).isGreaterThan(40 * 3_600);
    }
}
