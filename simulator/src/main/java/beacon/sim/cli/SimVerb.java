package beacon.sim.cli;

import beacon.node.cli.VerbProvider.Surroundings;
import beacon.sim.cluster.Invariant;
import beacon.sim.cluster.Outcome;
import beacon.sim.cluster.Recording;
import beacon.sim.cluster.Simulation;
import beacon.sim.runs.OutcomeJson;
import beacon.sim.scenario.Lot;
import beacon.sim.scenario.Scenario;
import beacon.sim.scenario.ScenarioException;
import beacon.sim.scenario.ScenarioFile;
import beacon.sim.scenario.Shrinker;
import beacon.sim.world.Trace;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
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

/** {@code beacon sim}: churn in virtual time. Exit code 1 when an invariant did not hold. */
@Command(
        name = "sim",
        description = "Run churn in virtual time through production code, and check what has to hold.",
        footerHeading = "%nActions:%n",
        footer = {
            "  run SCENARIO   one that comes with Beacon, or a YAML file",
            "  run --random   scenarios drawn by lot, from --seed on",
            "  replay         as run, and print every line of the trace",
            "  shrink         leave out faults while the scenario still fails, and print what is left",
            "  list           scenarios that come with Beacon",
            "  show NAME      one of them as YAML, to begin your own with",
            "  explain        what the invariants say",
            "  from-journal   what a journal or a backup tells of, under the same and under other policies",
            "  durability     how much is to be expected to be lost in a year; has options of its own"
        })
final class SimVerb implements Callable<Integer> {
    private static final int SHRINKING = 300;
    private static final int SHOWN = 30;

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "run, replay, shrink, list, show or explain.")
    private String action = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "SCENARIO", description = "A name or a file; see below.")
    private @Nullable String name;

    @Option(names = "--random", description = "Draw scenarios by lot.")
    private boolean random;

    @Option(names = "--seed", paramLabel = "N", description = "Of the first run (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--runs", paramLabel = "M", description = "With seeds N to N+M-1 (default: ${DEFAULT-VALUE}).")
    private int runs = 1;

    @Option(
            names = "--days",
            paramLabel = "D",
            description = "Virtual days with faults of a scenario drawn by lot (default: ${DEFAULT-VALUE}).")
    private double days = 1;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Write a page on the run; with several runs, one each, named FILE-SEED.html.")
    private @Nullable Path report;

    SimVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try {
            return switch (action) {
                case "run", "replay" -> runAll(action.equals("replay"));
                case "shrink" -> shrink();
                case "list" -> list();
                case "show" -> show();
                case "explain" -> explain();
                default -> throw wrong("expected run, replay, shrink, list, show or explain, but found " + action);
            };
        } catch (ScenarioException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private RuntimeException wrong(String message) {
        CommandSpec of = spec;
        return of == null ? new IllegalArgumentException(message) : new ParameterException(of.commandLine(), message);
    }

    private Scenario scenario(long of) {
        String wanted = name;
        if (random == (wanted != null)) {
            throw wrong("expected either a scenario or --random, but found " + (random ? "both" : "neither"));
        }
        if (runs < 1 || !(days > 0) || days > 36_500) {
            throw wrong("expected one run or more, and days above 0 up to 36,500");
        }
        return wanted == null ? Lot.draw(of, days) : Scenarios.find(wanted, surroundings.directory());
    }

    private int runAll(boolean showTrace) {
        int failures = 0;
        Eta eta = new Eta(surroundings.err(), "runs");
        JsonArray all = new JsonArray();
        for (long each = seed; each < seed + runs; each++) {
            Scenario scenario = scenario(each);
            Consumer<String> lines = showTrace && !surroundings.isJson()
                    ? line -> surroundings.out().println(line)
                    : line -> {};
            long began = System.nanoTime();
            long done = each - seed;
            String what = runs == 1
                    ? "%s seed %d".formatted(scenario.name(), each)
                    : "%s seed %d, run %d of %d".formatted(scenario.name(), each, done + 1, runs);
            Consumer<Double> progress = share -> eta.accept((done + share) / runs, what);
            Path wanted = report;
            Outcome outcome = wanted == null
                    ? Simulation.run(scenario, each, Set.of(), lines, progress)
                    : recorded(scenario, each, lines, progress, wanted);
            double seconds = (System.nanoTime() - began) / 1e9;
            failures += outcome.holds() ? 0 : 1;
            if (surroundings.isJson()) {
                all.add(json(scenario, each, outcome, seconds));
            } else {
                print(scenario, each, outcome, seconds);
            }
            if (!outcome.holds()) {
                keep(scenario, each, outcome);
            }
        }
        if (surroundings.isJson()) {
            surroundings.out().println(OutcomeJson.line(all));
        }
        return failures == 0 ? 0 : 1;
    }

    /** Runs, and writes a page on it. */
    private Outcome recorded(
            Scenario scenario, long of, Consumer<String> lines, Consumer<Double> progress, Path wanted) {
        Recording recording = new Recording();
        Outcome outcome = Simulation.record(scenario, of, recording, progress);
        recording.lines().forEach(lines);
        String name = String.valueOf(wanted.getFileName());
        int dot = name.lastIndexOf('.');
        String numbered = dot < 0 ? name + "-" + of : name.substring(0, dot) + "-" + of + name.substring(dot);
        Path file = surroundings.directory().resolve(runs == 1 ? wanted : wanted.resolveSibling(numbered));
        try {
            Files.writeString(file, HtmlReport.of(scenario, of, outcome, recording));
            surroundings.err().println("report: " + file);
        } catch (IOException e) {
            throw wrong("expected to write " + file + ", but could not: " + e);
        }
        return outcome;
    }

    private void print(Scenario scenario, long of, Outcome outcome, double seconds) {
        Outcome.Figures figures = outcome.figures();
        surroundings
                .out()
                .printf(
                        Locale.ROOT,
                        "%s seed %d: %s; %s in %.1f s (%.0f x), %d faults, %d events, %d artifacts, %d of them deleted, %d puts failed,"
                                + " %d columns moved, %d MiB read, %d lost, trace %s%n",
                        scenario.name(),
                        of,
                        outcome.violation().map(Object::toString).orElse("holds"),
                        Trace.time(outcome.micros()),
                        seconds,
                        outcome.micros() / 1e6 / seconds,
                        scenario.faults().size(),
                        figures.events(),
                        figures.artifacts(),
                        figures.released(),
                        figures.putsFailed(),
                        figures.moves(),
                        figures.repairBytes() >> 20,
                        figures.lost(),
                        outcome.traceHash().substring(0, 16));
    }

    private static JsonObject json(Scenario scenario, long of, Outcome outcome, double seconds) {
        Outcome.Figures figures = outcome.figures();
        JsonObject json = OutcomeJson.of(scenario.name(), of, outcome, seconds);
        json.addProperty("faults", scenario.faults().size());
        json.addProperty("events", figures.events());
        json.addProperty("acknowledged", figures.acknowledged());
        json.addProperty("artifacts", figures.artifacts());
        json.addProperty("deleted", figures.released());
        json.addProperty("puts_failed", figures.putsFailed());
        json.addProperty("lost", figures.lost());
        json.addProperty("columns_moved", figures.moves());
        json.addProperty("repair_bytes", figures.repairBytes());
        return json;
    }

    /** Writes the smallest scenario that fails alike, and says how to run it again. */
    private void keep(Scenario scenario, long of, Outcome outcome) {
        outcome.latest().stream()
                .skip(Math.max(0, outcome.latest().size() - SHOWN))
                .forEach(surroundings.err()::println);
        surroundings.err().println("shrinking ...");
        Scenario smallest = smallest(scenario, of, outcome);
        Path file = surroundings.directory().resolve("beacon-sim-" + scenario.name() + "-" + of + ".yaml");
        try {
            Files.writeString(file, ScenarioFile.write(smallest));
            surroundings
                    .err()
                    .printf(
                            "%d of %d faults are enough: beacon sim replay %s --seed %d%n",
                            smallest.faults().size(), scenario.faults().size(), file, of);
        } catch (IOException e) {
            surroundings.err().println("expected to write " + file + ", but could not: " + e);
        }
    }

    private static Scenario smallest(Scenario scenario, long of, Outcome outcome) {
        Optional<Invariant> broken = outcome.violation().map(violation -> violation.invariant());
        return Shrinker.shrink(
                scenario,
                candidate -> Simulation.run(candidate, of, share -> {})
                        .violation()
                        .map(violation -> violation.invariant())
                        .equals(broken),
                SHRINKING);
    }

    private int shrink() {
        Scenario scenario = scenario(seed);
        Eta eta = new Eta(surroundings.err(), scenario.name() + " seed " + seed);
        Outcome outcome = Simulation.run(scenario, seed, Set.of(), line -> {}, eta::accept);
        if (outcome.holds()) {
            throw wrong("expected a scenario that fails with seed %d, but everything holds".formatted(seed));
        }
        surroundings.out().print(ScenarioFile.write(smallest(scenario, seed, outcome)));
        return 0;
    }

    private int list() {
        JsonArray all = new JsonArray();
        for (String each : Scenarios.names()) {
            Scenario scenario = Scenarios.find(each, surroundings.directory());
            if (surroundings.isJson()) {
                all.add(OutcomeJson.named(each, "description", scenario.description()));
            } else {
                surroundings.out().printf("%-16s %s%n", each, scenario.description());
            }
        }
        if (surroundings.isJson()) {
            surroundings.out().println(OutcomeJson.line(all));
        }
        return 0;
    }

    private int show() {
        surroundings.out().print(ScenarioFile.write(scenario(seed)));
        return 0;
    }

    private int explain() {
        String wanted = name;
        int found = 0;
        for (Invariant each : Invariant.values()) {
            if (wanted == null || each.name().equalsIgnoreCase(wanted.replace('-', '_'))) {
                surroundings.out().printf("%-24s %s%n", each, each.meaning());
                found++;
            }
        }
        if (found == 0) {
            throw wrong("expected the name of an invariant, but found %s; `beacon sim explain` lists them"
                    .formatted(wanted));
        }
        return 0;
    }
}
