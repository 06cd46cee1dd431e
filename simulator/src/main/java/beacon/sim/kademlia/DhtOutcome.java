package beacon.sim.kademlia;

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
public record DhtOutcome(
        String traceHash, long micros, long steps, Optional<Violation> violation, Figures figures, List<String> latest)
        implements RunOutcome {
    /**
     * Figures of a run.
     *
     * @param messages between machines
     * @param lookups for providers that were judged
     * @param tries look-ups that did not find a provider at once
     * @param hopsMedian of walks to the closest peers
     * @param hopsMost of them
     * @param slowestMillis of all look-ups
     */
    public record Figures(
            long messages, long bytes, int lookups, int tries, int hopsMedian, int hopsMost, long slowestMillis) {}

    /**
     * An invariant did not hold.
     *
     * @param at microseconds since the run began
     */
    public record Violation(DhtInvariant invariant, long at, String text) implements Broken {
        @Override
        public String toString() {
            return "%s %s: %s".formatted(Trace.time(at), invariant, text);
        }
    }

    public DhtOutcome {
        latest = List.copyOf(latest);
    }
}
