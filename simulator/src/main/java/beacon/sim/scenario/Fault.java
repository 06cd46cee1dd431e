package beacon.sim.scenario;

/**
 * Something that goes wrong.
 *
 * @param at when, in microseconds since the run began
 * @param target "m2", "n7", or "domain rack-1" for all nodes of a failure domain
 * @param lasts how long, in microseconds; 0 for good
 * @param amount of ROT the share of columns, of SLOW how many times longer everything takes; 0 for others
 */
public record Fault(long at, Kind kind, String target, long lasts, double amount) {
    /** What may go wrong. */
    public enum Kind {
        /** The process ends; its disk stays. */
        CRASH,
        /** The process ends and its disk is lost. */
        WIPE,
        /** It runs, and no message passes between it and others. */
        CUT,
        /** Some of what a storage node has goes bad. */
        ROT,
        /** A storage node does everything slowly. */
        SLOW,
    }

    public Fault {
        if (at < 0 || lasts < 0 || amount < 0) {
            throw new IllegalArgumentException(
                    "expected times and an amount from 0 on, but found %d, %d, %s".formatted(at, lasts, amount));
        }
        if (kind == Kind.ROT && (amount <= 0 || amount > 1)) {
            throw new IllegalArgumentException("expected a share above 0 up to 1 for rot, but found " + amount);
        }
        if (kind == Kind.SLOW && amount < 1) {
            throw new IllegalArgumentException("expected 1 or more times for slow, but found " + amount);
        }
    }

    /** Of a domain: its name; empty of a single place. */
    public String domain() {
        return target.startsWith("domain ") ? target.substring("domain ".length()) : "";
    }
}
