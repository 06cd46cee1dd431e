package beacon.model;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * Which moment of a name an address means. Revisions of an address count from 1. Zero steps back from the latest is the
 * latest and zero steps forward from the first is the first; both keep their own spelling. There is no revision zero.
 */
public sealed interface Temporal {
    /** {@code *^}: the latest revision. The only one that a write may name. */
    Temporal LATEST = new Latest();

    /** {@code *~}: the first revision. */
    Temporal FIRST = new First();

    /** Use {@link #LATEST}. */
    record Latest() implements Temporal {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.latest();
        }

        @Override
        public String toString() {
            return "*^";
        }
    }

    /** Use {@link #FIRST}. */
    record First() implements Temporal {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.first();
        }

        @Override
        public String toString() {
            return "*~";
        }
    }

    /**
     * {@code *~N}: revision N.
     *
     * @param number at least 1
     */
    record Revision(long number) implements Temporal {
        public Revision {
            require(number >= 1, "a revision from 1", number);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.revision(number);
        }

        @Override
        public String toString() {
            return "*~" + number;
        }
    }

    /**
     * {@code ~~N}: N revisions before the latest.
     *
     * @param steps at least 0, which is the latest
     */
    record Back(long steps) implements Temporal {
        public Back {
            require(steps >= 0, "steps from 0", steps);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.back(steps);
        }

        @Override
        public String toString() {
            return "~~" + steps;
        }
    }

    /**
     * {@code ^^N}: N revisions after the first.
     *
     * @param steps at least 0, which is the first
     */
    record Forward(long steps) implements Temporal {
        public Forward {
            require(steps >= 0, "steps from 0", steps);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.forward(steps);
        }

        @Override
        public String toString() {
            return "^^" + steps;
        }
    }

    /**
     * An ISO 8601 instant in UTC: the latest revision whose time is not after it.
     *
     * @param instant in the years 0000 to 9999, which is what the text form can say
     */
    record At(Instant instant) implements Temporal {
        private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
        private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

        public At {
            if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
                throw new DateTimeException("expected a year from 0000 to 9999, but found " + instant);
            }
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.at(instant);
        }

        /** With no, three, six or nine digits of a second: as few as say it. */
        @Override
        public String toString() {
            return instant.toString();
        }
    }

    /** One answer for each kind of temporal part. */
    interface Cases<R> {
        R latest();

        R first();

        R revision(long number);

        R back(long steps);

        R forward(long steps);

        R at(Instant instant);
    }

    /** Calls the case for what this is. */
    <R> R match(Cases<R> cases);

    private static void require(boolean holds, String expected, long found) {
        if (!holds) {
            throw new IllegalArgumentException("expected %s, but found %d".formatted(expected, found));
        }
    }
}
