package beacon.sim.cluster;

import beacon.sim.world.RunOutcome;
import java.util.List;
import java.util.Optional;

/**
 * What came of a run.
 *
 * @param traceHash SHA-256 over everything that happened, in hexadecimal
 * @param micros virtual time that passed
 * @param steps things done
 * @param violation of the first invariant that did not hold; the run ended there
 * @param latest lines of the trace before the end
 */
public record Outcome(
        String traceHash, long micros, long steps, Optional<Violation> violation, Figures figures, List<String> latest)
        implements RunOutcome {
    /**
     * Figures of a run.
     *
     * @param events of the log
     * @param acknowledged appends
     * @param artifacts that were acknowledged
     * @param released of them that were deleted again
     * @param putsFailed artifacts that were not
     * @param lost artifacts of which a group has fewer columns left than it needs
     * @param moves columns that were brought to where they are to be
     * @param repairBytes that repairs read
     */
    public record Figures(
            long events,
            long acknowledged,
            int artifacts,
            int released,
            long putsFailed,
            int lost,
            long moves,
            long repairBytes) {}

    public Outcome {
        latest = List.copyOf(latest);
    }
}
