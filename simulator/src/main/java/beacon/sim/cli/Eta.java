package beacon.sim.cli;

import java.io.PrintStream;
import java.util.Locale;

/** Says now and then how far something is, and how long it will take; the longer it lasts, the less often. */
final class Eta {
    private static final long SAID_EVERY_NANOS = 2_000_000_000L;
    private static final long MOST_NANOS = 30_000_000_000L;

    private final PrintStream err;
    private final String what;
    private final long began = System.nanoTime();
    private long said = began;
    private long patience = SAID_EVERY_NANOS;

    Eta(PrintStream err, String what) {
        this.err = err;
        this.what = what;
    }

    /** Takes the share that is done, from 0 to 1. */
    void accept(double share) {
        accept(share, what);
    }

    /** The same, and what is being done now. */
    void accept(double share, String now) {
        long time = System.nanoTime();
        if (time - said > patience && share > 0) {
            said = time;
            patience = Math.min(MOST_NANOS, patience * 3 / 2);
            double seconds = (time - began) / 1e9;
            err.printf(Locale.ROOT, "%s: %.0f %%, %.0f s to go%n", now, 100 * share, seconds * (1 - share) / share);
        }
    }
}
