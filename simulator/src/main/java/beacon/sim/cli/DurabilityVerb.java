package beacon.sim.cli;

import beacon.node.cli.VerbProvider.Surroundings;
import beacon.sim.cluster.Policy;
import beacon.sim.durability.Estimate;
import beacon.sim.durability.Estimator;
import beacon.sim.durability.Model;
import beacon.sim.scenario.Quantity;
import beacon.sim.scenario.Scenario;
import beacon.sim.scenario.ScenarioException;
import beacon.sim.world.World;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
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

/** {@code beacon sim durability}: what is to be expected to be lost. */
@Command(
        name = "durability",
        description = {
            "Estimate how much is lost in a year, by Monte-Carlo over the life of a group of columns.",
            "Times are 90s, 10m, 6h, 2d, 3y, and 0 for never; sizes 64MiB, 1TiB."
        })
final class DurabilityVerb implements Callable<Integer> {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final double HOUR = World.HOUR;
    private static final double YEAR = 365.25 * World.DAY;
    private static final int PATIENCE = 3;

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SCENARIO",
            description = "Takes nodes, domains, coding, ping, grace, pulse and repair of it; options go before.")
    private @Nullable String scenario;

    @Option(names = "--nodes", paramLabel = "N", description = "Storage nodes (default: 20, or the scenario's).")
    private @Nullable Integer nodes;

    @Option(names = "--domains", paramLabel = "D", description = "Failure domains (default: one a node).")
    private @Nullable Integer domains;

    @Option(names = "--copies", paramLabel = "R", description = "Of small artifacts and manifests (default: 5).")
    private @Nullable Integer copies;

    @Option(names = "--data", paramLabel = "K", description = "Data shards of larger ones (default: 10).")
    private @Nullable Integer data;

    @Option(names = "--parity", paramLabel = "M", description = "Parity shards of larger ones (default: 4).")
    private @Nullable Integer parity;

    @Option(
            names = "--node-life",
            paramLabel = "TIME",
            description = "Until a node is lost with its disk, on average (default: ${DEFAULT-VALUE}).")
    private String nodeLife = "1y";

    @Option(
            names = "--outage-every",
            paramLabel = "TIME",
            description = "Between outages of a node that comes back (default: ${DEFAULT-VALUE}).")
    private String outageEvery = "7d";

    @Option(names = "--outage-lasts", paramLabel = "TIME", description = "On average (default: ${DEFAULT-VALUE}).")
    private String outageLasts = "20m";

    @Option(
            names = "--domain-life",
            paramLabel = "TIME",
            description = "Between losses in a domain that hit many of its nodes (default: ${DEFAULT-VALUE}).")
    private String domainLife = "30y";

    @Option(
            names = "--domain-share",
            paramLabel = "SHARE",
            description = "Of its nodes that such a loss takes, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double domainShare = 1;

    @Option(
            names = "--rot-every",
            paramLabel = "TIME",
            description = "Until a column goes bad in silence, on average (default: ${DEFAULT-VALUE}).")
    private String rotEvery = "100y";

    @Option(
            names = "--rot-found",
            paramLabel = "TIME",
            description = "Until an audit finds it, on average (default: ${DEFAULT-VALUE}).")
    private String rotFound = "30d";

    @Option(names = "--detection", paramLabel = "TIME", description = "Of a node that is down (default: three pings).")
    private @Nullable String detection;

    @Option(names = "--grace", paramLabel = "TIME", description = "Before its columns are made again (default: 10m).")
    private @Nullable String grace;

    @Option(names = "--pulse", paramLabel = "TIME", description = "Between two decisions (default: 5m).")
    private @Nullable String pulse;

    @Option(names = "--repair", paramLabel = "SIZE", description = "Read each second by repairs (default: 64MiB).")
    private @Nullable String repair;

    @Option(
            names = "--node-bytes",
            paramLabel = "SIZE",
            description = "On a node, which takes its time to be made again (default: ${DEFAULT-VALUE}).")
    private String nodeBytes = "1TiB";

    @Option(
            names = "--rebuild",
            paramLabel = "TIME",
            description = "Until a column of a lost node is made again, on average (default: from the two above).")
    private @Nullable String rebuild;

    @Option(names = "--seed", paramLabel = "N", description = "Of the draw (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--precision",
            paramLabel = "SHARE",
            description = "Half of the interval beside the value (default: ${DEFAULT-VALUE}).")
    private double precision = 0.1;

    @Option(names = "--lives", paramLabel = "N", description = "Drawn at most (default: ${DEFAULT-VALUE}).")
    private long lives = 2_000_000;

    @Option(names = "--stored", paramLabel = "SIZE", description = "For the text (default: ${DEFAULT-VALUE}).")
    private String stored = "1PiB";

    DurabilityVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** A way to keep things. */
    private record Coding(String name, int data, int parity) {}

    @Override
    public Integer call() {
        try {
            return estimateAll();
        } catch (IllegalArgumentException | ArithmeticException | ScenarioException e) {
            CommandSpec of = spec;
            throw of == null ? e : new ParameterException(of.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int estimateAll() {
        String name = scenario;
        Scenario base = name == null ? null : Scenarios.find(name, surroundings.directory());
        if (!(precision > 0) || lives < 1) {
            throw new IllegalArgumentException("expected a precision above 0 and a life to draw");
        }
        JsonArray all = new JsonArray();
        for (Coding coding : codings(base)) {
            Model model = model(base, coding);
            Eta eta = new Eta(surroundings.err(), coding.name());
            Estimate estimate = Estimator.estimate(model, seed, precision, lives, eta::accept);
            if (surroundings.isJson()) {
                all.add(json(coding, model, estimate));
            } else {
                print(coding, model, estimate);
            }
        }
        if (surroundings.isJson()) {
            surroundings.out().println(JSON.toJson(all));
        }
        return 0;
    }

    private List<Coding> codings(@Nullable Scenario base) {
        Policy policy = base == null ? Policy.DEFAULT : base.policy();
        boolean codedOnly = (data != null || parity != null) && copies == null;
        boolean copiesOnly = copies != null && data == null && parity == null;
        int r = or(copies, policy.copies());
        int k = or(data, policy.dataShards());
        int m = or(parity, policy.parityShards());
        List<Coding> codings = new ArrayList<>();
        if (!codedOnly) {
            codings.add(new Coding(r + " copies", 1, r - 1));
        }
        if (!copiesOnly) {
            codings.add(new Coding(k + "+" + m, k, m));
        }
        return codings;
    }

    private static int or(@Nullable Integer given, int usual) {
        return given == null ? usual : given;
    }

    private Model model(@Nullable Scenario base, Coding coding) {
        Policy policy = base == null ? Policy.DEFAULT : base.policy();
        int count = or(nodes, base == null ? 20 : base.nodes());
        int racks = or(domains, base == null ? count : Math.min(count, base.domains()));
        long rate = repair == null ? policy.bytesPerSecond() : Quantity.bytes(repair);
        if (rate < 1) {
            throw new IllegalArgumentException("expected repairs that read something, but found " + repair);
        }
        // Of the columns of a node, any is as likely the first as the last that is made.
        double whole = (double) Quantity.bytes(nodeBytes) * coding.data() / rate / 3_600;
        return new Model(
                count,
                racks,
                coding.data(),
                coding.parity(),
                new Model.Churn(
                        hours(nodeLife),
                        hours(outageEvery),
                        hours(outageLasts),
                        hours(domainLife),
                        domainShare,
                        hours(rotEvery),
                        hours(rotFound)),
                new Model.Repair(
                        detection == null ? PATIENCE * policy.ping() / HOUR : hours(detection),
                        grace == null ? policy.grace() / HOUR : hours(grace),
                        pulse == null ? (double) policy.beat() * policy.pulseBeats() / HOUR : hours(pulse),
                        rebuild == null ? whole / 2 : hours(rebuild),
                        1,
                        false));
    }

    private static double hours(String time) {
        return Quantity.micros(time) / HOUR;
    }

    private static JsonObject json(Coding coding, Model model, Estimate estimate) {
        JsonObject json = new JsonObject();
        json.addProperty("coding", coding.name());
        json.addProperty("nodes", model.nodes());
        json.addProperty("domains", model.domains());
        json.addProperty("data_shards", model.dataShards());
        json.addProperty("parity_shards", model.parityShards());
        json.addProperty("rebuild_hours", model.repair().rebuild());
        json.addProperty("nomdl", estimate.nomdl());
        json.addProperty("nomdl_low", estimate.low());
        json.addProperty("nomdl_high", estimate.high());
        json.addProperty("confidence", 0.95);
        json.addProperty("nines", finite(estimate.nines()));
        json.addProperty("mttdl_years", finite(estimate.meanYears()));
        json.addProperty("lives", estimate.cycles());
        json.addProperty("losses_seen", estimate.losses());
        json.addProperty("domain_share", estimate.domainShare());
        json.addProperty("rot_share", estimate.rotShare());
        json.addProperty("columns_made_again_per_year", estimate.repairsPerYear());
        json.addProperty("markov_nomdl", finite(estimate.markov()));
        return json;
    }

    /** JSON has no infinity. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }

    private void print(Coding coding, Model model, Estimate estimate) {
        surroundings
                .out()
                .printf(
                        Locale.ROOT,
                        "%s on %d nodes in %d domains; a lost column is made again %s after it is decided, on"
                                + " average%n",
                        coding.name(),
                        model.nodes(),
                        model.domains(),
                        Words.time((long) (model.repair().rebuild() * HOUR)));
        if (estimate.losses() == 0) {
            surroundings.out().printf("  no loss in %,d lives: draw more with --lives%n%n", estimate.cycles());
            return;
        }
        double bytes = Quantity.bytes(stored) * estimate.nomdl();
        surroundings
                .out()
                .printf(
                        Locale.ROOT,
                        "  lost a year of each byte  %.2e (95 %%: %.2e to %.2e), %.1f nines%n  of %s stored          "
                                + " %s a year; any one group is lost once in %s%n  what loses it             %.0f %% with"
                                + " a loss in a domain, %.0f %% with rot%n  repairs                   %.1f columns of a"
                                + " group made again in a year%n  drawn                     %,d lives with %,d losses; a"
                                + " plain Markov chain says %.2e%n%n",
                        estimate.nomdl(),
                        estimate.low(),
                        estimate.high(),
                        estimate.nines(),
                        stored,
                        Words.bytes(bytes),
                        Words.time(estimate.meanYears() * YEAR),
                        100 * estimate.domainShare(),
                        100 * estimate.rotShare(),
                        estimate.repairsPerYear(),
                        estimate.cycles(),
                        estimate.losses(),
                        estimate.markov());
    }
}
