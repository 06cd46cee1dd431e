package beacon.sim.bench;

import beacon.node.cli.VerbProvider.Surroundings;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon bench sim}: how fast the simulator is. Prints what the other benchmarks print. */
@Command(name = "bench", description = "Measure the simulator on this machine. Progress goes to the error stream.")
final class SimBench implements Callable<Integer> {
    /** In the order in which they are measured. */
    private static final List<Measurement> MEASUREMENTS =
            List.of(new ClusterSpeed(), new MillionNodes(), new SameTraces());

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = "sim.")
    private String name = "";

    @Option(names = "--runs", paramLabel = "N", description = "Runs of each figure (default: ${DEFAULT-VALUE}).")
    private int runs = 5;

    @Option(names = "--quick", description = "Short and coarse: shows that everything works.")
    private boolean quick;

    SimBench(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        CommandSpec of = spec;
        if (of != null && (!name.equals("sim") || runs < 1 || runs > 100)) {
            throw new ParameterException(of.commandLine(), "expected sim and 1 to 100 runs, but found " + name);
        }
        List<Figure> figures = new ArrayList<>();
        for (Measurement measurement : MEASUREMENTS) {
            figures.addAll(measurement.run(quick ? 2 : runs, quick, surroundings.err()::println));
        }
        if (surroundings.isJson()) {
            surroundings
                    .out()
                    .println(new GsonBuilder()
                            .setPrettyPrinting()
                            .serializeNulls()
                            .disableHtmlEscaping()
                            .create()
                            .toJson(json(figures)));
        } else {
            for (Figure figure : figures) {
                surroundings
                        .out()
                        .printf(
                                Locale.ROOT,
                                "%-24s %14.2f %-8s limit %,.0f: %s%n",
                                figure.name(),
                                figure.value(),
                                figure.unit(),
                                figure.limit(),
                                figure.ratio() >= 1 ? "met" : "MISSED");
            }
        }
        return 0;
    }

    private JsonObject json(List<Figure> figures) {
        JsonObject json = new JsonObject();
        json.addProperty("bench", "sim");
        json.addProperty("commit", commit());
        JsonObject conditions = new JsonObject();
        conditions.addProperty("cpus", Runtime.getRuntime().availableProcessors());
        conditions.addProperty("jdk", System.getProperty("java.version"));
        conditions.addProperty("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        conditions.addProperty("max_heap_bytes", Runtime.getRuntime().maxMemory());
        conditions.addProperty("quick", quick);
        json.add("conditions", conditions);
        JsonArray results = new JsonArray();
        for (Figure figure : figures) {
            JsonObject result = new JsonObject();
            result.addProperty("name", figure.name());
            result.addProperty("value", figure.value());
            result.addProperty("unit", figure.unit());
            JsonArray all = new JsonArray();
            figure.runs().forEach(all::add);
            result.add("runs", all);
            result.add("baseline", JsonNull.INSTANCE);
            result.addProperty("limit", figure.limit());
            result.addProperty("ratio", figure.ratio());
            result.addProperty("goal", 1.0);
            result.addProperty("met", figure.ratio() >= 1);
            results.add(result);
        }
        json.add("results", results);
        return json;
    }

    private static String commit() {
        try {
            Process process = new ProcessBuilder("git", "rev-parse", "--short=12", "HEAD")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String commit = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return commit.isEmpty() ? "unknown" : commit;
        } catch (IOException e) {
            return "unknown";
        }
    }
}
