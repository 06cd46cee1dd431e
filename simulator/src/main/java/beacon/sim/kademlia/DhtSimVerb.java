package beacon.sim.kademlia;

import beacon.node.cli.VerbProvider.Surroundings;
import beacon.sim.world.Trace;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon sim dht}: the production DHT in virtual time. Exit code 1 when an invariant did not hold. */
@Command(
        name = "dht",
        description = "Run the DHT with its faults in virtual time, and check that what is provided is found.")
public final class DhtSimVerb implements Callable<Integer> {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final int SHOWN = 30;

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SCENARIO",
            description = "One that comes with Beacon; without any, they are listed.")
    private @Nullable String name;

    @Option(names = "--random", description = "Draw scenarios by lot.")
    private boolean random;

    @Option(names = "--seed", paramLabel = "N", description = "Of the first run (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--runs", paramLabel = "M", description = "With seeds N to N+M-1 (default: ${DEFAULT-VALUE}).")
    private int runs = 1;

    @Option(names = "--trace", description = "Print every line of what happened.")
    private boolean trace;

    public DhtSimVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (name == null && !random) {
            return list();
        }
        if (random == (name != null) || runs < 1) {
            throw wrong("expected either a scenario or --random, and one run or more");
        }
        int failures = 0;
        JsonArray all = new JsonArray();
        Consumer<String> lines =
                trace && !surroundings.isJson() ? line -> surroundings.out().println(line) : line -> {};
        for (long each = seed; each < seed + runs; each++) {
            DhtScenario scenario = scenario(each);
            long began = System.nanoTime();
            DhtOutcome outcome = DhtSimulation.run(scenario, each, Set.of(), lines);
            double seconds = (System.nanoTime() - began) / 1e9;
            failures += outcome.holds() ? 0 : 1;
            if (surroundings.isJson()) {
                all.add(json(scenario, each, outcome, seconds));
            } else {
                print(scenario, each, outcome, seconds);
            }
            if (!outcome.holds()) {
                explain(scenario, outcome);
            }
        }
        if (surroundings.isJson()) {
            surroundings.out().println(JSON.toJson(all));
        }
        return failures == 0 ? 0 : 1;
    }

    private DhtScenario scenario(long of) {
        String wanted = name;
        return wanted == null
                ? DhtScenario.draw(of)
                : DhtScenario.named(wanted)
                        .orElseThrow(() -> wrong("expected one of %s, but found %s"
                                .formatted(
                                        DhtScenario.all().stream()
                                                .map(DhtScenario::name)
                                                .toList(),
                                        wanted)));
    }

    private RuntimeException wrong(String message) {
        CommandSpec of = spec;
        return of == null ? new IllegalArgumentException(message) : new ParameterException(of.commandLine(), message);
    }

    private int list() {
        JsonArray all = new JsonArray();
        for (DhtScenario each : DhtScenario.all()) {
            if (surroundings.isJson()) {
                JsonObject json = new JsonObject();
                json.addProperty("name", each.name());
                json.addProperty("description", each.description());
                all.add(json);
            } else {
                surroundings.out().printf("%-16s %s%n", each.name(), each.description());
            }
        }
        if (surroundings.isJson()) {
            surroundings.out().println(JSON.toJson(all));
        }
        return 0;
    }

    private void print(DhtScenario scenario, long of, DhtOutcome outcome, double seconds) {
        DhtOutcome.Figures figures = outcome.figures();
        surroundings
                .out()
                .printf(
                        Locale.ROOT,
                        "%s seed %d: %s; %s in %.1f s, %d faults, %d messages, %d look-ups, %d not at once,"
                                + " %d hops at most, slowest %d ms, trace %s%n",
                        scenario.name(),
                        of,
                        outcome.violation().map(Object::toString).orElse("holds"),
                        Trace.time(outcome.micros()),
                        seconds,
                        scenario.faults().size(),
                        figures.messages(),
                        figures.lookups(),
                        figures.tries(),
                        figures.hopsMost(),
                        figures.slowestMillis(),
                        outcome.traceHash().substring(0, 16));
    }

    private static JsonObject json(DhtScenario scenario, long of, DhtOutcome outcome, double seconds) {
        DhtOutcome.Figures figures = outcome.figures();
        JsonObject json = new JsonObject();
        json.addProperty("scenario", scenario.name());
        json.addProperty("seed", of);
        json.addProperty("holds", outcome.holds());
        outcome.violation().ifPresent(violation -> {
            json.addProperty("invariant", violation.invariant().name());
            json.addProperty("violation", violation.text());
            json.addProperty("violated_at_micros", violation.at());
        });
        json.addProperty("trace_sha256", outcome.traceHash());
        json.addProperty("virtual_micros", outcome.micros());
        json.addProperty("seconds", seconds);
        json.addProperty("steps", outcome.steps());
        json.addProperty("nodes", scenario.nodes());
        json.addProperty("contents", scenario.contents());
        json.addProperty("faults", scenario.faults().size());
        json.addProperty("messages", figures.messages());
        json.addProperty("bytes", figures.bytes());
        json.addProperty("lookups", figures.lookups());
        json.addProperty("lookups_again", figures.tries());
        json.addProperty("hops_median", figures.hopsMedian());
        json.addProperty("hops_most", figures.hopsMost());
        json.addProperty("slowest_millis", figures.slowestMillis());
        return json;
    }

    private void explain(DhtScenario scenario, DhtOutcome outcome) {
        List<String> latest = outcome.latest();
        latest.stream().skip(Math.max(0, latest.size() - SHOWN)).forEach(surroundings.err()::println);
        outcome.violation()
                .ifPresent(violation -> surroundings
                        .err()
                        .println(violation.invariant() + ": "
                                + violation.invariant().meaning()));
        scenario.faults().forEach(fault -> surroundings.err().println("  " + fault));
    }
}
