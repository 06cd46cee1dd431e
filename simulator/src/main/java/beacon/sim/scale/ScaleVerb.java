package beacon.sim.scale;

import beacon.node.cli.VerbProvider.Surroundings;
import beacon.sim.kademlia.ProvidingDay;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code beacon sim scale}: how the DHT behaves with very many nodes or contents. */
@Command(
        name = "scale",
        description = {
            "Full nodes that provide very many contents, or with --compact a network of packed nodes.",
            "A million compact nodes have 1.9 GiB of heap in use."
        })
public final class ScaleVerb implements Callable<Integer> {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "N", description = "How many (default: ${DEFAULT-VALUE}).")
    private int nodes = 1_000;

    @Option(names = "--cids", paramLabel = "N", description = "Contents that are provided (default: ${DEFAULT-VALUE}).")
    private int cids = 10_000;

    @Option(names = "--days", paramLabel = "D", description = "Virtual time (default: ${DEFAULT-VALUE}).")
    private double days = 1;

    @Option(
            names = "--providers",
            paramLabel = "N",
            description = "Nodes among which the contents are spread (default: ${DEFAULT-VALUE}).")
    private int providers = 20;

    @Option(
            names = "--refresh",
            paramLabel = "HOURS",
            description = "Between two refreshes of a routing table (default: ${DEFAULT-VALUE}).")
    private long refresh = 24;

    @Option(names = "--compact", description = "Packed nodes that look up and do not provide.")
    private boolean compact;

    @Option(
            names = "--walks",
            paramLabel = "N",
            description = "Of compact nodes, each run (default: ${DEFAULT-VALUE}).")
    private int walks = 20_000;

    @Option(
            names = "--gone",
            paramLabel = "SHARE",
            description = "Compact nodes that do not answer (default: ${DEFAULT-VALUE}).")
    private double gone;

    @Option(names = "--seed", paramLabel = "N", description = "Of chance (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    public ScaleVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try {
            return compact ? compact() : full();
        } catch (IllegalArgumentException e) {
            CommandSpec of = spec;
            throw of == null ? e : new ParameterException(of.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int full() {
        if (!(days > 0) || days > 30 || refresh < 1) {
            throw new IllegalArgumentException("expected days above 0 up to 30, and an hour or more between refreshes");
        }
        ProvidingDay.Plan plan = new ProvidingDay.Plan(nodes, cids, providers, days, Duration.ofHours(refresh), seed);
        long began = System.nanoTime();
        ProvidingDay.Outcome outcome = ProvidingDay.run(plan, surroundings.err()::println);
        JsonObject json = JSON.toJsonTree(outcome).getAsJsonObject();
        json.addProperty("nodes", nodes);
        json.addProperty("cids", cids);
        json.addProperty("providers", providers);
        json.addProperty("seconds", (System.nanoTime() - began) / 1e9);
        print(
                json,
                String.format(
                        Locale.ROOT,
                        "%d nodes, %d contents: %d of %d records, %d of %d found, smallest margin %d s, %d requests,"
                                + " %d messages, trace %s",
                        nodes,
                        cids,
                        outcome.records(),
                        outcome.wanted(),
                        outcome.found(),
                        outcome.searched(),
                        outcome.smallestMarginSeconds(),
                        outcome.requests(),
                        outcome.messages(),
                        outcome.traceHash().substring(0, 16)));
        return outcome.found() == outcome.searched() && outcome.smallestMarginSeconds() > 0 ? 0 : 1;
    }

    private int compact() {
        if (nodes < 100 || walks < 1 || !(gone >= 0 && gone < 0.9)) {
            throw new IllegalArgumentException(
                    "expected 100 nodes or more, a walk or more, and a share of those gone from 0 to 0.9");
        }
        KadBenchmark.Figures figures = KadBenchmark.run(
                new KadBenchmark.Plan(nodes, walks, 3, 1_000, gone, seed), surroundings.err()::println);
        print(
                JSON.toJsonTree(figures).getAsJsonObject(),
                String.format(
                        Locale.ROOT,
                        "%d nodes: %.2f GiB, %.0f events/s, hops %.2f in the median (theory %.2f), %s walks by hops",
                        nodes,
                        figures.heapGib(),
                        figures.medianEventsPerSecond(),
                        figures.hopsMedian(),
                        figures.hopsTheory(),
                        figures.last().hopCounts()));
        return 0;
    }

    private void print(JsonObject json, String text) {
        surroundings.out().println(surroundings.isJson() ? JSON.toJson(json) : text);
    }
}
