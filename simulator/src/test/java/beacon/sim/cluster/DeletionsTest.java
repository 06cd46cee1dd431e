package beacon.sim.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.sim.scenario.Deletions;
import beacon.sim.scenario.Fault;
import beacon.sim.scenario.Fault.Kind;
import beacon.sim.scenario.Scenario;
import beacon.sim.world.World;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeletionsTest {
    private static Scenario scenario(double share, List<Fault> faults) {
        return new Scenario(
                "test",
                "",
                Policy.DEFAULT,
                3,
                15,
                15,
                1L << 40,
                0,
                40,
                30 * World.SECOND,
                0.5,
                new Deletions(share, World.HOUR, World.HOUR),
                10 * World.HOUR,
                true,
                faults);
    }

    private static Outcome run(Scenario scenario, Flaw... flaws) {
        return Simulation.run(scenario, 3, Set.of(flaws), line -> {}, share -> {});
    }

    @Test
    void whatIsDeletedGoesAndStaysAwayThroughFaults() {
        Outcome outcome = run(scenario(
                1,
                List.of(
                        new Fault(70 * World.MINUTE, Kind.CRASH, "members", World.MINUTE, 0),
                        new Fault(90 * World.MINUTE, Kind.CRASH, "n4", 5 * World.HOUR, 0),
                        new Fault(2 * World.HOUR, Kind.CUT, "n7", 2 * World.HOUR, 0),
                        new Fault(150 * World.MINUTE, Kind.CUT, "m2", 20 * World.MINUTE, 0),
                        new Fault(200 * World.MINUTE, Kind.WIPE, "m1", 20 * World.MINUTE, 0))));

        assertThat(outcome.violation()).isEmpty();
        // Some are held, and of some the name is still there.
        assertThat(outcome.figures().released()).isBetween(20, 39);
        assertThat(outcome.figures().lost()).isZero();
    }

    @Test
    void nothingIsDeletedThatNobodyAsksFor() {
        Outcome outcome = run(scenario(0, List.of()));

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.figures().released()).isZero();
        assertThat(outcome.figures().artifacts()).isEqualTo(40);
    }

    @Test
    void aReleaseWithoutTheGraceIsSeen() {
        Outcome outcome = run(scenario(1, List.of()), Flaw.RELEASE_AT_ONCE);

        assertThat(outcome.violation())
                .hasValueSatisfying(
                        violation -> assertThat(violation.text()).contains("is released in spite of the grace"));
    }

    @Test
    void columnsThatStayAreSeen() {
        Outcome outcome = run(scenario(1, List.of()), Flaw.NO_SWEEPS);

        assertThat(outcome.violation())
                .hasValueSatisfying(
                        violation -> assertThat(violation.invariant()).isEqualTo(Invariant.TOMBSTONE_NEVER_RESURRECTS));
    }
}
