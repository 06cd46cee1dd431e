package beacon.bench;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All figures of one benchmark and what they depend on.
 *
 * @param commit the source they were made from
 * @param conditions in the order they are to be read
 */
public record Report(String bench, String commit, Map<String, Object> conditions, List<Result> results) {
    public String toJson() {
        return new GsonBuilder()
                .setPrettyPrinting()
                .serializeNulls()
                .disableHtmlEscaping()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .create()
                .toJson(this);
    }

    public String toTable() {
        StringBuilder table = new StringBuilder("%-24s %14s %-9s %14s %8s %6s %s%n"
                .formatted("name", "value", "unit", "baseline", "ratio", "goal", ""));
        for (Result result : results) {
            Result.Baseline baseline = result.baseline();
            table.append("%-24s %14s %-9s %14s %8s %6s %s%n"
                    .formatted(
                            result.name(),
                            number(result.value()),
                            result.unit(),
                            baseline == null ? "-" : number(baseline.value()),
                            number(result.ratio()),
                            number(result.goal()),
                            result.met() == null ? "" : result.met() ? "met" : "MISSED"));
        }
        return table.toString();
    }

    private static String number(@org.jspecify.annotations.Nullable Double value) {
        if (value == null) {
            return "-";
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : "%.2f", value);
    }
}
