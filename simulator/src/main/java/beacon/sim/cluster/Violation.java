package beacon.sim.cluster;

import beacon.sim.world.RunOutcome;
import beacon.sim.world.Trace;

/**
 * An invariant did not hold.
 *
 * @param at microseconds since the run began
 */
public record Violation(Invariant invariant, long at, String text) implements RunOutcome.Broken {
    @Override
    public String toString() {
        return "%s %s: %s".formatted(Trace.time(at), invariant, text);
    }
}
