package beacon.sim.world;

import java.util.List;
import java.util.Optional;

/** What came of a run, whatever was simulated. */
public interface RunOutcome {
    /** An invariant did not hold. */
    interface Broken {
        SimInvariant invariant();

        /** Microseconds since the run began. */
        long at();

        /** What was found. */
        String text();
    }

    /** SHA-256 over everything that happened, in hexadecimal. */
    String traceHash();

    /** Virtual time that passed. */
    long micros();

    /** Things done. */
    long steps();

    /** Of the first invariant that did not hold; the run ended there. */
    Optional<? extends Broken> violation();

    /** Lines of the trace before the end. */
    List<String> latest();

    default boolean holds() {
        return violation().isEmpty();
    }
}
