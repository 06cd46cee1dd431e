package beacon.bench;

/** What a figure counts, and which way is better. */
public enum Unit {
    EVENTS_PER_SECOND("events/s", true),
    READS_PER_SECOND("reads/s", true),
    GIGABYTES_PER_SECOND("GB/s", true),
    ARTIFACTS_PER_SECOND("artifacts/s", true),
    MEGABYTES_PER_SECOND("MB/s", true),
    MICROSECONDS("us", false),
    MILLISECONDS("ms", false),
    SECONDS("s", false),
    BYTES("B", false),
    TIMES("x", false);

    private final String text;
    private final boolean largerIsBetter;

    Unit(String text, boolean largerIsBetter) {
        this.text = text;
        this.largerIsBetter = largerIsBetter;
    }

    public String text() {
        return text;
    }

    /** How much better a value is than another one; above 1 is better. */
    double ratio(double value, double other) {
        return largerIsBetter ? value / other : other / value;
    }
}
