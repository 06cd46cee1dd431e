package beacon.sim.kademlia;

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

/** {@code beacon sim dht}: the production DHT in virtual time. */
@Command(
        name = "dht",
        description = "Run the DHT with its faults in virtual time, and check that what is provided is found.")
public final class DhtSimVerb extends RunsVerb<DhtScenario, DhtOutcome> {
    @Option(names = "--random", description = "Draw scenarios by lot.")
    private boolean random;

    public DhtSimVerb(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean isToList() {
        return name() == null && !random;
    }

    @Override
    protected DhtScenario scenario(long of) {
        String wanted = name();
        if (random == (wanted != null)) {
            throw wrong("expected either a scenario or --random, but found both");
        }
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

    @Override
    protected DhtOutcome run(DhtScenario scenario, long of, Consumer<String> lines) {
        return DhtSimulation.run(scenario, of, Set.of(), lines);
    }

    @Override
    protected List<?> faults(DhtScenario scenario) {
        return scenario.faults();
    }

    @Override
    protected void list() {
        if (surroundings().isJson()) {
            JsonArray all = new JsonArray();
            DhtScenario.all()
                    .forEach(each -> all.add(OutcomeJson.named(each.name(), "description", each.description())));
            surroundings().out().println(OutcomeJson.line(all));
            return;
        }
        DhtScenario.all().forEach(each -> surroundings().out().printf("%-16s %s%n", each.name(), each.description()));
    }

    @Override
    protected String line(DhtScenario scenario, long of, DhtOutcome outcome, double seconds) {
        DhtOutcome.Figures figures = outcome.figures();
        return String.format(
                Locale.ROOT,
                "%s seed %d: %s; %s in %.1f s, %d faults, %d messages, %d look-ups, %d not at once,"
                        + " %d hops at most, slowest %d ms, trace %s",
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

    @Override
    protected JsonObject json(DhtScenario scenario, long of, DhtOutcome outcome, double seconds) {
        DhtOutcome.Figures figures = outcome.figures();
        JsonObject json = OutcomeJson.of(scenario.name(), of, outcome, seconds);
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
}
