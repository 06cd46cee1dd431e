package beacon.sim.custody;

import static beacon.sim.custody.CustodyScenario.fault;
import static beacon.sim.custody.CustodyScenario.task;
import static org.assertj.core.api.Assertions.assertThat;

import beacon.sim.custody.CustodyFault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults that are built into custody on purpose are found within three seeds, by the invariant that names them. */
class CustodyFlawsIT {
    private static final int SEEDS = 3;

    private static CustodyScenario scenario(CustodyFlaw flaw) {
        CustodyTask refresh = task(CustodyTask.Kind.REFRESH, 10);
        CustodyTask again = task(CustodyTask.Kind.REFRESH, 30);
        CustodyTask rotate = task(CustodyTask.Kind.ROTATE, 10);
        List<CustodyTask> tasks = switch (flaw) {
            case SHARES_NOT_SYNCED, RECORDS_NOT_SYNCED, FORMER_SHARE_KEPT, SHARE_IN_THE_OPEN -> List.of(refresh);
            case ENTROPY_REPEATS -> List.of(refresh, again);
            case DESTRUCTION_NOT_HEARD, DESTROYED_EARLY, HEADERS_MIXED_UP -> List.of(rotate);
            case PROOFS_NOT_CHECKED, EVENT_FORGOTTEN -> List.of();
        };
        List<CustodyFault> faults = switch (flaw) {
            case SHARES_NOT_SYNCED, RECORDS_NOT_SYNCED -> List.of(fault(Kind.POWER, 40, 5, 1));
            case PROOFS_NOT_CHECKED -> List.of(fault(Kind.LIE, 5, 2, 300));
            default -> List.of();
        };
        return new CustodyScenario(flaw.name(), "to find it", 5, 0, 3, 12, Duration.ofHours(4), tasks, faults);
    }

    private static Set<CustodyInvariant> finders(CustodyFlaw flaw) {
        return switch (flaw) {
            // What was not synced may be gone, or be there in part.
            case SHARES_NOT_SYNCED, RECORDS_NOT_SYNCED ->
                Set.of(CustodyInvariant.OPENABLE_WITH_T, CustodyInvariant.NO_SURPRISE);
            case PROOFS_NOT_CHECKED, DESTROYED_EARLY -> Set.of(CustodyInvariant.OPENABLE_WITH_T);
            case FORMER_SHARE_KEPT, ENTROPY_REPEATS, SHARE_IN_THE_OPEN ->
                Set.of(CustodyInvariant.NO_KEK_RECONSTRUCTION);
            case EVENT_FORGOTTEN -> Set.of(CustodyInvariant.EVERY_DECRYPTION_IS_AN_EVENT);
            case DESTRUCTION_NOT_HEARD -> Set.of(CustodyInvariant.OLD_KEY_DIES);
            case HEADERS_MIXED_UP -> Set.of(CustodyInvariant.REWRAP_PRESERVES_PLAINTEXT);
        };
    }

    @ParameterizedTest
    @EnumSource(CustodyFlaw.class)
    void everyFlawIsFound(CustodyFlaw flaw) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Optional<CustodyOutcome.Violation> found = CustodySimulation.run(
                            scenario(flaw), seed, Set.of(flaw), line -> {})
                    .violation();
            if (found.isPresent()) {
                System.out.printf("%s: seed %d, %s%n", flaw, seed, found.get());
                assertThat(finders(flaw)).contains(found.get().invariant());
                return;
            }
        }
        throw new AssertionError("expected " + flaw + " to be found within " + SEEDS + " seeds, but it was not");
    }

    @ParameterizedTest
    @EnumSource(CustodyFlaw.class)
    void withoutTheFlawTheSameScenarioHolds(CustodyFlaw flaw) {
        CustodyOutcome outcome = CustodySimulation.run(scenario(flaw), 1, Set.of(), line -> {});

        assertThat(outcome.violation()).isEmpty();
    }
}
