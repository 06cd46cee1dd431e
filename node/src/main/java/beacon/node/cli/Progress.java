package beacon.node.cli;

/** A line that says how far something is, for a person who waits longer than two seconds. Nothing in a pipe. */
final class Progress {
    private static final long FIRST_NANOS = 2_000_000_000L;
    private static final long NEXT_NANOS = 250_000_000L;

    private final Console console;
    private final String what;
    private long nextNanos = System.nanoTime() + FIRST_NANOS;
    private boolean shown;

    Progress(Console console, String what) {
        this.console = console;
        this.what = what;
    }

    void at(String state) {
        long now = System.nanoTime();
        if (console.interactive() && now - nextNanos >= 0) {
            nextNanos = now + NEXT_NANOS;
            shown = true;
            console.err().print("\r\033[K" + what + ": " + state);
        }
    }

    void end() {
        if (shown) {
            console.err().print("\r\033[K");
        }
    }
}
