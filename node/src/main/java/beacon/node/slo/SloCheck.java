package beacon.node.slo;

/**
 * One thing that must hold.
 *
 * @param expected what must be
 * @param found what is, for people
 */
public record SloCheck(String name, Outcome outcome, String expected, String found) {
    /** How it is. */
    public enum Outcome {
        HOLDS,
        FAILS,
        /** Nobody could say; the reason is what was found. */
        NOT_CHECKED
    }

    static SloCheck of(String name, boolean holds, String expected, String found) {
        return new SloCheck(name, holds ? Outcome.HOLDS : Outcome.FAILS, expected, found);
    }

    static SloCheck notChecked(String name, String expected, String why) {
        return new SloCheck(name, Outcome.NOT_CHECKED, expected, why);
    }

    /** Whether the service may be released so. What was not checked does not stand in the way. */
    public boolean passes() {
        return outcome != Outcome.FAILS;
    }
}
