package beacon.sim.custody;

import beacon.node.cli.VerbProvider.Surroundings;
import beacon.sim.runs.OutcomeJson;
import beacon.sim.runs.RunsVerb;
import beacon.sim.world.Trace;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code beacon sim custody}: production custodians in virtual time. */
@Command(
        name = "custody",
        description = "Run custodians with their faults in virtual time, and check what custody promises.")
public final class CustodySimVerb extends RunsVerb<CustodyScenario, CustodyOutcome> {
    @Option(names = "--list", description = "List scenarios and invariants.")
    private boolean list;

    public CustodySimVerb(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean isToList() {
        return name() == null || list;
    }

    @Override
    protected CustodyScenario scenario(long of) {
        String wanted = String.valueOf(name());
        return CustodyScenario.named(wanted)
                .orElseThrow(() -> wrong("expected one of %s, but found %s"
                        .formatted(
                                CustodyScenario.all().stream()
                                        .map(CustodyScenario::name)
                                        .toList(),
                                wanted)));
    }

    @Override
    protected CustodyOutcome run(CustodyScenario scenario, long of, Consumer<String> lines) {
        return CustodySimulation.run(scenario, of, Set.of(), lines);
    }

    @Override
    protected List<?> faults(CustodyScenario scenario) {
        return scenario.faults();
    }

    @Override
    protected void list() {
        if (surroundings().isJson()) {
            JsonObject all = new JsonObject();
            JsonArray scenarios = new JsonArray();
            CustodyScenario.all()
                    .forEach(each -> scenarios.add(OutcomeJson.named(each.name(), "description", each.description())));
            JsonArray invariants = new JsonArray();
            for (CustodyInvariant each : CustodyInvariant.values()) {
                invariants.add(OutcomeJson.named(each.name(), "meaning", each.meaning()));
            }
            all.add("scenarios", scenarios);
            all.add("invariants", invariants);
            surroundings().out().println(OutcomeJson.line(all));
            return;
        }
        CustodyScenario.all()
                .forEach(each -> surroundings().out().printf("%-20s %s%n", each.name(), each.description()));
        surroundings().out().println();
        for (CustodyInvariant each : CustodyInvariant.values()) {
            surroundings().out().printf("%-30s %s%n", each, each.meaning());
        }
    }

    @Override
    protected String line(CustodyScenario scenario, long of, CustodyOutcome outcome, double seconds) {
        CustodyOutcome.Figures figures = outcome.figures();
        return String.format(
                Locale.ROOT,
                "%s seed %d: %s; %s in %.1f s, %d faults, %d power losses, %d messages, %d opened, %d refused,"
                        + " %d rituals and %d failed, %d rewrapped, trace %s",
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

    @Override
    protected JsonObject json(CustodyScenario scenario, long of, CustodyOutcome outcome, double seconds) {
        CustodyOutcome.Figures figures = outcome.figures();
        JsonObject json = OutcomeJson.of(scenario.name(), of, outcome, seconds);
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
}
