package beacon.index.linear;

/** Result of a check. */
public sealed interface Verdict {
    /** There is an order that explains every answer. */
    record Linearizable() implements Verdict {}

    /** There is none; says where it went wrong. */
    record Violation(String detail) implements Verdict {}

    /** The search was longer than allowed; nothing is known. */
    record Undecided(long states) implements Verdict {}

    default boolean isLinearizable() {
        return this instanceof Linearizable;
    }
}
