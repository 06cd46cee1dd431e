package beacon.node.cli;

import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The three streams of a command. Results go to {@code out}, everything else (progress, errors) to {@code err}, so that
 * output can be piped.
 *
 * @param interactive whether a person is watching {@code err}
 */
record Console(InputStream in, PrintStream out, PrintStream err, boolean interactive) {
    /** Set by the launcher when standard error is a terminal: the JDK cannot say so on every version. */
    private static final String TERMINAL_VARIABLE = "BEACON_TTY";

    private static final int BUFFER_BYTES = 1 << 16;

    static Console ofProcess(Map<String, String> environment) {
        return new Console(
                System.in,
                new PrintStream(new BufferedOutputStream(System.out, BUFFER_BYTES), false, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                environment.containsKey(TERMINAL_VARIABLE));
    }
}
