package beacon.sim.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One result, beside what it should at least or at most be.
 *
 * @param name stable
 * @param limit to be reached; see {@code largerIsBetter}
 */
public record Figure(String name, String unit, List<Double> runs, double limit, boolean largerIsBetter) {
    public Figure {
        runs = List.copyOf(runs);
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("expected one run or more of " + name + ", but found none");
        }
    }

    /** Median of the runs. */
    public double value() {
        List<Double> sorted = new ArrayList<>(runs);
        sorted.sort(null);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Above 1 is better than the limit. */
    public double ratio() {
        return largerIsBetter ? value() / limit : limit / value();
    }
}
