package beacon.node;

/** Breaks a rule, for the architecture test to find. */
public final class Prints {
    void print() {
        System.out.println("not the command line");
    }
}
