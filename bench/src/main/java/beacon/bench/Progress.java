package beacon.bench;

import java.io.PrintStream;

/** Lines that say what is being done. */
final class Progress {
    private final PrintStream out;

    Progress(PrintStream out) {
        this.out = out;
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }
}
