package beacon.sim.custody;

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

/** {@code beacon sim custody}: production custodians in virtual time. Exit code 1 when an invariant did not hold. */
@Command(
        name = "custody",
        description = "Run custodians with their faults in virtual time, and check what custody promises.")
public final class CustodySimVerb implements Callable<Integer> {
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

    @Option(names = "--list", description = "List scenarios and invariants.")
    private boolean list;

    @Option(names = "--seed", paramLabel = "N", description = "Of the first run (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--runs", paramLabel = "M", description = "With seeds N to N+M-1 (default: ${DEFAULT-VALUE}).")
    private int runs = 1;

    @Option(names = "--trace", description = "Print every line of what happened.")
    private boolean trace;

    public CustodySimVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        String wanted = name;
        if (wanted == null || list) {
            return list();
        }
        if (runs < 1) {
            throw wrong("expected one run or more");
        }
        CustodyScenario scenario = scenario(wanted);
        int failures = 0;
        JsonArray all = new JsonArray();
        Consumer<String> lines =
                trace && !surroundings.isJson() ? line -> surroundings.out().println(line) : line -> {};
        for (long each = seed; each < seed + runs; each++) {
            long began = System.nanoTime();
            CustodyOutcome outcome = CustodySimulation.run(scenario, each, Set.of(), lines);
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

    private CustodyScenario scenario(String wanted) {
        return CustodyScenario.named(wanted)
                .orElseThrow(() -> wrong("expected one of %s, but found %s"
                        .formatted(
                                CustodyScenario.all().stream()
                                        .map(CustodyScenario::name)
                                        .toList(),
                                wanted)));
    }

    private RuntimeException wrong(String message) {
        CommandSpec of = spec;
        return of == null ? new IllegalArgumentException(message) : new ParameterException(of.commandLine(), message);
    }

    private int list() {
        if (surroundings.isJson()) {
            JsonObject all = new JsonObject();
            JsonArray scenarios = new JsonArray();
            CustodyScenario.all().forEach(each -> scenarios.add(named(each.name(), "description", each.description())));
            JsonArray invariants = new JsonArray();
            for (CustodyInvariant each : CustodyInvariant.values()) {
                invariants.add(named(each.name(), "meaning", each.meaning()));
            }
            all.add("scenarios", scenarios);
            all.add("invariants", invariants);
            surroundings.out().println(JSON.toJson(all));
            return 0;
        }
        CustodyScenario.all().forEach(each -> surroundings.out().printf("%-20s %s%n", each.name(), each.description()));
        surroundings.out().println();
        for (CustodyInvariant each : CustodyInvariant.values()) {
            surroundings.out().printf("%-30s %s%n", each, each.meaning());
        }
        return 0;
    }

    private static JsonObject named(String name, String of, String text) {
        JsonObject json = new JsonObject();
        json.addProperty("name", name);
        json.addProperty(of, text);
        return json;
    }

    private void print(CustodyScenario scenario, long of, CustodyOutcome outcome, double seconds) {
        CustodyOutcome.Figures figures = outcome.figures();
        surroundings
                .out()
                .printf(
                        Locale.ROOT,
                        "%s seed %d: %s; %s in %.1f s, %d faults, %d power losses, %d messages, %d opened, %d refused,"
                                + " %d rituals and %d failed, %d rewrapped, trace %s%n",
                        scenario.name(),
                        of,
                        outcome.violation().map(Object::toString).orElse("holds"),
                        Trace.time(outcome.micros()),
                        seconds,
                        scenario.faults().size(),
                        figures.powerLosses(),
                        figures.messages(),
                        figures.opened(),
                        figures.refused(),
                        figures.rituals(),
                        figures.ritualsFailed(),
                        figures.rewrapped(),
                        outcome.traceHash().substring(0, 16));
    }

    private static JsonObject json(CustodyScenario scenario, long of, CustodyOutcome outcome, double seconds) {
        CustodyOutcome.Figures figures = outcome.figures();
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
        json.addProperty("custodians", scenario.custodians());
        json.addProperty("threshold", scenario.threshold());
        json.addProperty("artifacts", scenario.artifacts());
        json.addProperty("faults", scenario.faults().size());
        json.addProperty("power_losses", figures.powerLosses());
        json.addProperty("messages", figures.messages());
        json.addProperty("opened", figures.opened());
        json.addProperty("refused", figures.refused());
        json.addProperty("rituals", figures.rituals());
        json.addProperty("rituals_failed", figures.ritualsFailed());
        json.addProperty("rewrapped", figures.rewrapped());
        return json;
    }

    private void explain(CustodyScenario scenario, CustodyOutcome outcome) {
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
