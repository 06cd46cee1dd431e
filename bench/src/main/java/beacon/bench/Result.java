package beacon.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One figure.
 *
 * @param name stable
 * @param value median of the runs
 * @param baseline the peer's figure; null when there is no peer, or it is not installed
 * @param ratio to the baseline, or to the limit when there is one; above 1 is better; null when there is neither
 * @param goal what the ratio should at least be; null when there is none
 * @param met whether it is; null when that cannot be said
 */
public record Result(
        String name,
        double value,
        String unit,
        List<Double> runs,
        @Nullable Baseline baseline,
        @Nullable Double limit,
        @Nullable Double ratio,
        @Nullable Double goal,
        @Nullable Boolean met) {

    /** A peer's figure for the same thing. */
    public record Baseline(String name, double value, List<Double> runs) {
        static Baseline of(String name, List<Double> runs) {
            return new Baseline(name, Medians.of(runs), List.copyOf(runs));
        }
    }

    public Result {
        runs = List.copyOf(runs);
    }

    /** A figure beside that of a peer, with a goal or without. */
    static Result against(
            String name, Unit unit, List<Double> runs, @Nullable Baseline baseline, @Nullable Double goal) {
        double value = Medians.of(runs);
        if (baseline == null) {
            return new Result(name, value, unit.text(), runs, null, null, null, goal, null);
        }
        double ratio = unit.ratio(value, baseline.value());
        return new Result(
                name, value, unit.text(), runs, baseline, null, ratio, goal, goal == null ? null : ratio >= goal);
    }

    /** A figure beside a limit that it should not miss. */
    static Result within(String name, Unit unit, List<Double> runs, double limit) {
        double value = Medians.of(runs);
        double ratio = unit.ratio(value, limit);
        return new Result(name, value, unit.text(), runs, null, limit, ratio, 1.0, ratio >= 1.0);
    }
}
