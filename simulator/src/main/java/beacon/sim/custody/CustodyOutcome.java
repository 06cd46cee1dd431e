package beacon.sim.custody;

import beacon.sim.world.RunOutcome;
import beacon.sim.world.Trace;
import java.util.List;
import java.util.Optional;

/**
 * What came of a run.
 *
 * @param traceHash SHA-256 over everything that happened, in hexadecimal
 * @param micros virtual time that passed
 * @param violation of the first invariant that did not hold; the run ended there
 * @param latest lines of the trace before the end
 */
public record CustodyOutcome(
        String traceHash, long micros, long steps, Optional<Violation> violation, Figures figures, List<String> latest)
        implements RunOutcome {
    /**
     * Figures of a run.
     *
     * @param opened openings by readers
     * @param refused openings that did not come to anything
     * @param rituals that ended with a record
     * @param rewrapped artifacts that got a header of another key
     * @param powerLosses of custodians
     */
    public record Figures(
            long messages, int opened, int refused, int rituals, int ritualsFailed, int rewrapped, int powerLosses) {}

    /**
     * An invariant did not hold.
     *
     * @param at microseconds since the run began
     */
    public record Violation(CustodyInvariant invariant, long at, String text) implements Broken {
        @Override
        public String toString() {
            return "%s %s: %s".formatted(Trace.time(at), invariant, text);
        }
    }

    public CustodyOutcome {
        latest = List.copyOf(latest);
    }
}
