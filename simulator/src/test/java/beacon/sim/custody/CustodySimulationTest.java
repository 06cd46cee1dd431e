package beacon.sim.custody;

import static beacon.sim.custody.CustodyScenario.fault;
import static beacon.sim.custody.CustodyScenario.task;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CustodySimulationTest {
    private static final CustodyScenario SMALL = new CustodyScenario(
            "small",
            "two hours",
            3,
            1,
            2,
            3,
            Duration.ofHours(2),
            List.of(task(CustodyTask.Kind.REPLACE, 10)),
            List.of(fault(CustodyFault.Kind.TORN, 9, 1, 0)));

    @Test
    void aHolderIsReplacedWhileAnotherLosesItsPowerAndTheSeedSaysHow() {
        CustodyOutcome first = CustodySimulation.run(SMALL, 1, Set.of(), line -> {});
        CustodyOutcome second = CustodySimulation.run(SMALL, 1, Set.of(), line -> {});

        assertThat(first.violation()).isEmpty();
        assertThat(first.figures().opened()).isGreaterThan(10);
        assertThat(first.figures().rituals()).isEqualTo(2);
        assertThat(second.traceHash()).isEqualTo(first.traceHash());
    }
}
