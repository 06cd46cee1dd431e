package beacon.sim.scenario;

import beacon.sim.cluster.Policy;
import beacon.sim.world.World;
import java.util.Comparator;
import java.util.List;

/**
 * A run to be made.
 *
 * @param members of the index
 * @param nodes storage nodes, n1 and so on
 * @param domains failure domains, rack-0 and so on; node i is in rack i modulo this
 * @param capacity of each node in bytes
 * @param loss share of messages that do not arrive
 * @param artifacts to be put
 * @param putEvery time between two puts
 * @param largeShare share of artifacts that are coded
 * @param duration of the time in which faults happen; the run goes on until everything should be whole again
 * @param deletions what of it is deleted again
 * @param survivable whether everything acknowledged is to survive
 */
public record Scenario(
        String name,
        String description,
        Policy policy,
        int members,
        int nodes,
        int domains,
        long capacity,
        double loss,
        int artifacts,
        long putEvery,
        double largeShare,
        Deletions deletions,
        long duration,
        boolean survivable,
        List<Fault> faults) {
    /** Writers, w1 and so on. */
    public static final int WRITERS = 2;

    public Scenario {
        if (members < 1 || members > 9 || nodes < 1 || nodes > 10_000 || domains < 1 || domains > nodes) {
            throw new IllegalArgumentException(
                    "expected 1 to 9 members, 1 to 10,000 nodes and no more domains than nodes, but found %d, %d, %d"
                            .formatted(members, nodes, domains));
        }
        if (loss < 0 || loss > 0.5 || largeShare < 0 || largeShare > 1) {
            throw new IllegalArgumentException("expected a loss from 0 to 0.5 and a share from 0 to 1, but found %s, %s"
                    .formatted(loss, largeShare));
        }
        if (artifacts < 0 || putEvery < 1 || duration < World.MINUTE) {
            throw new IllegalArgumentException(
                    "expected artifacts, and a duration of a minute or more, but found %d, %d"
                            .formatted(artifacts, duration));
        }
        faults = faults.stream().sorted(Comparator.comparingLong(Fault::at)).toList();
    }

    /** The same with other faults. */
    public Scenario with(List<Fault> other) {
        return new Scenario(
                name,
                description,
                policy,
                members,
                nodes,
                domains,
                capacity,
                loss,
                artifacts,
                putEvery,
                largeShare,
                deletions,
                duration,
                survivable,
                other);
    }

    /** When the last fault is over. */
    public long lastFault() {
        return faults.stream()
                .mapToLong(fault -> fault.at() + fault.lasts())
                .max()
                .orElse(0);
    }
}
