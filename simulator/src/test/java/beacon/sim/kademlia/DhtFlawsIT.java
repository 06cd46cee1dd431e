package beacon.sim.kademlia;

import beacon.sim.kademlia.DhtFault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults that are built into the DHT on purpose are found within three seeds. */
class DhtFlawsIT {
    private static final int SEEDS = 3;

    private static DhtScenario scenario(DhtFlaw flaw) {
        List<DhtFault> faults = switch (flaw) {
            case ANNOUNCE_LATE, SWEEP_FORGETS_A_REGION, BATCHES_NOT_KEPT, RECORDS_EXPIRE_EARLY -> List.of();
            case RECORDS_LOST_AT_RESTART -> List.of(fault(Kind.RESTART, 1, 1, 1));
            case OLD_ADDRESS_ANNOUNCED, DISTANCE_IGNORED -> List.of(fault(Kind.REDEPLOY, 1, 0.6, 1));
        };
        long hours = switch (flaw) {
            case ANNOUNCE_LATE, SWEEP_FORGETS_A_REGION, BATCHES_NOT_KEPT -> 52;
            case RECORDS_EXPIRE_EARLY -> 14;
            case DISTANCE_IGNORED -> 6;
            default -> 12;
        };
        // In a small network half of all nodes have a record, so that a look-up cannot go astray.
        int nodes = flaw == DhtFlaw.DISTANCE_IGNORED ? 120 : 40;
        return new DhtScenario(flaw.name(), "to find it", nodes, 12, Duration.ofHours(hours), faults);
    }

    private static DhtFault fault(Kind kind, long hour, double share, long hours) {
        return new DhtFault(kind, Duration.ofHours(hour), share, Duration.ofHours(hours));
    }

    @ParameterizedTest
    @EnumSource(DhtFlaw.class)
    void everyFlawIsFound(DhtFlaw flaw) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Optional<DhtOutcome.Violation> found = DhtSimulation.run(scenario(flaw), seed, Set.of(flaw), line -> {})
                    .violation();
            if (found.isPresent()) {
                System.out.printf("%s: seed %d, %s%n", flaw, seed, found.get());
                return;
            }
        }
        throw new AssertionError("expected " + flaw + " to be found within " + SEEDS + " seeds, but it was not");
    }
}
