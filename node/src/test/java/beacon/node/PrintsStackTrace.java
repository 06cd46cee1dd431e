package beacon.node;

/** Breaks a rule, for the architecture test to find. */
public final class PrintsStackTrace {
    void print(Exception error) {
        error.printStackTrace();
    }
}
