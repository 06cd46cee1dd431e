package beacon.sim.custody;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of virtual days with real cryptography, half a minute each: not for every build. */
class CustodyScenariosIT {
    /** First digits of the hash of the trace of seed 1: the same on every JDK, until what happens changes. */
    private static final Map<String, String> TRACES = Map.of(
            "custodian-turnover", "b2d0c77d785405eb",
            "kek-rotation", "7e809f816c2c5e32",
            "share-refresh", "2e2f2e881f575f8a",
            "lost-custodians", "dba23f2f0f8be79e",
            "lying-custodian", "7c7797a3c335bf52");

    @ParameterizedTest
    @ValueSource(
            strings = {"custodian-turnover", "kek-rotation", "share-refresh", "lost-custodians", "lying-custodian"})
    void scenarioHoldsAndHasTheSameTraceEverywhere(String name) {
        CustodyScenario scenario = CustodyScenario.named(name).orElseThrow();

        CustodyOutcome outcome = CustodySimulation.run(scenario, 1, Set.of(), line -> {});

        assertThat(outcome.violation()).isEmpty();
        assertThat(outcome.traceHash()).startsWith(TRACES.get(name));
        assertThat(outcome.figures().opened()).isGreaterThan(50);
        assertThat(outcome.figures().rituals()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void anotherSeedIsAnotherRun() {
        CustodyScenario scenario = CustodyScenario.named("lost-custodians").orElseThrow();

        assertThat(CustodySimulation.run(scenario, 2, Set.of(), line -> {}).traceHash())
                .isNotEqualTo(
                        CustodySimulation.run(scenario, 3, Set.of(), line -> {}).traceHash());
    }

    @Test
    void everyScenarioIsTested() {
        assertThat(CustodyScenario.all())
                .extracting(CustodyScenario::name)
                .containsExactlyInAnyOrderElementsOf(TRACES.keySet());
    }
}
