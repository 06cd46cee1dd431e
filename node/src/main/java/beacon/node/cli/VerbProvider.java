package beacon.node.cli;

import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Brings a verb of a module that this one does not depend on: benchmarks and the simulator are on the class path of the
 * launcher, not of a production image. Found by {@link java.util.ServiceLoader}.
 */
public interface VerbProvider {
    /** Makes the verb: an object that picocli understands as a command. */
    Object verb(Surroundings surroundings);

    /** What such a verb may use of the command it runs in. Ask when the verb runs, not before. */
    interface Surroundings {
        /** Results only. */
        PrintStream out();

        /** Progress and everything else. */
        PrintStream err();

        /** Whether the result is to be JSON. */
        boolean isJson();

        /** Relative paths are relative to this. */
        Path directory();
    }
}
