package beacon.sim.scenario;

import java.util.List;

/**
 * Something that goes wrong.
 *
 * @param at when, in microseconds since the run began
 * @param target "m2", "n7", the writer "w1", or "domain rack-1" for all nodes of a failure domain; of a cut also several of the
 *     first three, as "m1+w1+n3", which then reach each other and nobody else
 * @param lasts how long, in microseconds; 0 for good
 * @param amount of ROT the share of columns, of SLOW how many times longer everything takes, of CLOCK how many seconds it is
 *     ahead, of UNSYNCED of how many seconds the writes are lost; 0 for others
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
        /** The disk of a storage node takes nothing more. */
        FULL,
        /** The clock of a member is ahead. */
        CLOCK,
        /** The process of a storage node ends, and what it wrote last never was on its disk. */
        UNSYNCED,
    }

    /** Whether a target can have it. */
    public static boolean befalls(Kind kind, String target) {
        boolean member = target.startsWith("m");
        boolean writer = target.startsWith("w");
        return switch (kind) {
            case CUT -> true;
            case CRASH -> target.indexOf('+') < 0;
            case WIPE -> !writer && target.indexOf('+') < 0;
            case CLOCK -> member && target.indexOf('+') < 0;
            case ROT, SLOW, FULL, UNSYNCED -> !member && !writer && target.indexOf('+') < 0;
        };
    }

    /** What is meant when no amount is said. */
    public static double usual(Kind kind) {
        return switch (kind) {
            case ROT -> 0.05;
            case SLOW -> 100;
            case CLOCK -> 1_200;
            case UNSYNCED -> 5;
            case CRASH, WIPE, CUT, FULL -> 0;
        };
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

    /** The places that are meant, when they are named. */
    public List<String> places() {
        return List.of(target.split("\\+"));
    }

    /** Of a domain: its name; empty of a single place. */
    public String domain() {
        return target.startsWith("domain ") ? target.substring("domain ".length()) : "";
    }
}
