package beacon.bench;

import java.util.Arrays;
import java.util.List;

/** Medians of runs and of latencies. */
final class Medians {
    private Medians() {}

    static double of(List<Double> runs) {
        if (runs.isEmpty()) {
            throw new BenchException("expected at least one run, but found none");
        }
        double[] sorted =
                runs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The smallest of the first {@code count} values that at least half of them do not exceed. */
    static long of(long[] values, int count) {
        if (count == 0) {
            throw new BenchException("expected at least one latency, but found none");
        }
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[(count - 1) / 2];
    }
}
