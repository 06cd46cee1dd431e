package beacon.bench;

import java.time.Duration;

/** How long and how often to measure. */
record Settings(int runs, Duration warmUp, Duration run) {
    static final int MAX_RUNS = 100;

    private static final Duration SETTLING = Duration.ofSeconds(5);

    Settings {
        if (runs < 1 || runs > MAX_RUNS) {
            throw new BenchException("expected 1 to " + MAX_RUNS + " runs, but found " + runs);
        }
        if (run.isNegative() || run.isZero()) {
            throw new BenchException("expected runs of some length, but found " + run);
        }
    }

    /** How long a process that just started is left alone before it is asked for the first time. */
    Duration settling() {
        return warmUp.compareTo(SETTLING) < 0 ? warmUp : SETTLING;
    }

    /** Long enough to see that everything works; the figures are coarse. */
    static Settings quick() {
        return new Settings(2, Duration.ofMillis(500), Duration.ofSeconds(1));
    }
}
