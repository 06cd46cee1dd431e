package beacon.sim.cli;

import beacon.model.Event.MoveCause;
import beacon.node.cli.VerbProvider.Surroundings;
import beacon.sim.cluster.Policy;
import beacon.sim.cluster.Replay;
import beacon.sim.history.History;
import beacon.sim.history.Measured;
import beacon.sim.scenario.Quantity;
import beacon.sim.world.World;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beacon sim from-journal}: what happened, once more, and what would have happened under other policies. */
@Command(
        name = "from-journal",
        description = {
            "Replay the churn that a journal or a backup tells of, under the same policy and others.",
            "Settings: copies, data, parity; beat, pulse, bar, ping, grace, audit, repair as in a scenario."
        })
final class FromJournalVerb implements Callable<Integer> {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final double MEBIBYTE = 1 << 20;

    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "PATH", description = "Data directory of a stopped member, or a backup.")
    private String path = "";

    @Option(
            names = "--with",
            paramLabel = "KEY=VALUE",
            split = ",",
            description = "How the cluster was run, where the journal does not tell: ping, grace, audit, repair.")
    private List<String> with = List.of();

    @Option(
            names = "--what-if",
            paramLabel = "KEY=VALUE[,KEY=VALUE]",
            description = "Another policy, for instance copies=3, bar=240 or data=10,parity=6. May be repeated.")
    private List<String> whatIfs = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "Of the replays (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    FromJournalVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** A way to run the cluster. */
    private record Variant(String name, Policy policy, Replay.Coding coding) {}

    @Override
    public Integer call() {
        try {
            return compare();
        } catch (IllegalArgumentException | ArithmeticException e) {
            CommandSpec of = spec;
            throw of == null ? e : new ParameterException(of.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int compare() {
        History history = HistoryFile.read(surroundings.directory().resolve(path));
        Policy seen = change(seen(history.cadence()), settings(with));
        List<Variant> variants = new ArrayList<>();
        variants.add(new Variant("same", seen, Replay.Coding.AS_IT_WAS));
        for (String whatIf : whatIfs) {
            Map<String, String> settings = settings(List.of(whatIf.split(",", -1)));
            Replay.Coding coding =
                    new Replay.Coding(number(settings, "copies"), number(settings, "data"), number(settings, "parity"));
            variants.add(new Variant(whatIf, change(seen, settings), coding));
        }
        Map<String, Replay.Result> results = new LinkedHashMap<>();
        Eta eta = new Eta(surroundings.err(), "replays");
        for (Variant variant : variants) {
            int done = results.size();
            results.put(
                    variant.name(),
                    Replay.run(
                            history,
                            seen,
                            variant.policy(),
                            variant.coding(),
                            seed,
                            share -> eta.accept((done + share) / variants.size(), "replay " + variant.name())));
        }
        if (surroundings.isJson()) {
            surroundings.out().println(JSON.toJson(json(history, seen, results)));
        } else {
            print(history, seen, results);
        }
        return 0;
    }

    // Settings.

    private static Policy seen(History.Cadence cadence) {
        Policy usual = Policy.DEFAULT;
        long beat = cadence.beat() > 0 ? cadence.beat() : usual.beat();
        int pulse = cadence.pulseBeats() > 0 ? cadence.pulseBeats() : usual.pulseBeats();
        int bar = cadence.barBeats() > 0 ? cadence.barBeats() : Math.max(pulse, usual.barBeats());
        long ping = cadence.beat() > 0 && beat < usual.beat() ? Math.max(100_000, beat / 3) : usual.ping();
        return new Policy(
                beat,
                pulse,
                Math.max(pulse, bar),
                ping,
                cadence.grace() >= 0 ? cadence.grace() : usual.grace(),
                usual.auditColumns(),
                usual.bytesPerSecond(),
                usual.copies(),
                usual.dataShards(),
                usual.parityShards());
    }

    private static final List<String> KEYS =
            List.of("beat", "pulse", "bar", "ping", "grace", "audit", "repair", "copies", "data", "parity");

    private static Map<String, String> settings(List<String> texts) {
        Map<String, String> settings = new TreeMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 0 || !KEYS.contains(text.substring(0, equals))) {
                throw new IllegalArgumentException(
                        "expected one of %s and its value, such as copies=3, but found %s".formatted(KEYS, text));
            }
            settings.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return settings;
    }

    private static int number(Map<String, String> settings, String key) {
        String text = settings.getOrDefault(key, "0");
        try {
            int number = Integer.parseInt(text);
            if (number < 0 || number > 256) {
                throw new NumberFormatException();
            }
            return number;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "expected a number up to 256 for %s, but found %s".formatted(key, text), e);
        }
    }

    private static Policy change(Policy policy, Map<String, String> settings) {
        return new Policy(
                value(settings, "beat", policy.beat(), Quantity::micros),
                value(settings, "pulse", policy.pulseBeats(), Integer::valueOf),
                value(settings, "bar", policy.barBeats(), Integer::valueOf),
                value(settings, "ping", policy.ping(), Quantity::micros),
                value(settings, "grace", policy.grace(), Quantity::micros),
                value(settings, "audit", policy.auditColumns(), Integer::valueOf),
                value(settings, "repair", policy.bytesPerSecond(), Quantity::bytes),
                policy.copies(),
                policy.dataShards(),
                policy.parityShards());
    }

    private static <T> T value(Map<String, String> settings, String key, T usual, Function<String, T> parser) {
        String text = settings.get(key);
        return text == null ? usual : parser.apply(text);
    }

    // Output.

    private JsonObject json(History history, Policy policy, Map<String, Replay.Result> results) {
        JsonObject json = new JsonObject();
        json.addProperty("hours", (history.end() - history.start()) / 3.6e9);
        json.addProperty("pins", history.measured().pins());
        json.addProperty("beat_millis", policy.beat() / 1_000);
        json.addProperty("pulse_beats", policy.pulseBeats());
        json.addProperty("bar_beats", policy.barBeats());
        json.addProperty("grace_millis", policy.grace() / 1_000);
        json.addProperty("column_micros", history.cadence().column());
        json.add("journal", measured(history.measured()));
        JsonObject replays = new JsonObject();
        results.forEach((name, result) -> {
            JsonObject each = measured(result.measured());
            each.addProperty("lost", result.lost());
            each.addProperty("lowest_margin", result.lowestMargin());
            each.addProperty("endangered_group_hours", result.endangeredHours());
            replays.add(name, each);
        });
        json.add("replays", replays);
        return json;
    }

    private static JsonObject measured(Measured measured) {
        JsonObject json = new JsonObject();
        for (MoveCause cause : MoveCause.values()) {
            String name = cause.name().toLowerCase(Locale.ROOT);
            json.addProperty("moves_" + name, measured.movesFor(cause));
            json.addProperty("bytes_read_" + name, measured.bytesFor(cause));
        }
        json.addProperty("moves", measured.allMoves());
        json.addProperty("bytes_read", measured.allBytes());
        json.addProperty("releases", measured.releases());
        json.addProperty("faults", measured.faults());
        json.addProperty("went_down", measured.wentDown());
        return json;
    }

    private void print(History history, Policy policy, Map<String, Replay.Result> results) {
        surroundings
                .out()
                .printf(
                        Locale.ROOT,
                        "%s, %d pins; beat %s, pulse %d, bar %d, grace %s, %s%n%n",
                        Words.time(history.end() - history.start()),
                        history.measured().pins(),
                        Quantity.time(policy.beat()),
                        policy.pulseBeats(),
                        policy.barBeats(),
                        Words.time(policy.grace()),
                        pace(history.cadence().column()));
        List<Measured> all = new ArrayList<>(List.of(history.measured()));
        results.values().forEach(result -> all.add(result.measured()));
        List<String> names = new ArrayList<>(List.of("journal"));
        names.addAll(results.keySet());
        row("", names);
        for (MoveCause cause : MoveCause.values()) {
            if (all.stream().anyMatch(each -> each.movesFor(cause) > 0)) {
                String name = cause.name().toLowerCase(Locale.ROOT);
                row("columns " + name, texts(all, each -> "%,d".formatted(each.movesFor(cause))));
                row("MiB read, " + name, texts(all, each -> "%,.1f".formatted(each.bytesFor(cause) / MEBIBYTE)));
            }
        }
        row("artifacts deleted", texts(all, each -> "%,d".formatted(each.releases())));
        row("nodes went down", texts(all, each -> "%,d".formatted(each.wentDown())));
        row("columns faulted", texts(all, each -> "%,d".formatted(each.faults())));
        List<Replay.Result> replays = new ArrayList<>(results.values());
        row("artifacts lost", after(replays, each -> "%,d".formatted(each.lost())));
        row("lowest margin", after(replays, each -> "%d".formatted(each.lowestMargin())));
        row("endangered group hours", after(replays, each -> "%,.2f".formatted(each.endangeredHours())));
    }

    private static String pace(long column) {
        return column == 0
                ? "pace of repairs unknown"
                : String.format(Locale.ROOT, "%.1f columns repaired a second", (double) World.SECOND / column);
    }

    private static <T> List<String> texts(List<T> values, Function<T, String> text) {
        return values.stream().map(text).toList();
    }

    /** What a journal does not say by itself. */
    private static <T> List<String> after(List<T> values, Function<T, String> text) {
        List<String> texts = new ArrayList<>(List.of("-"));
        texts.addAll(texts(values, text));
        return texts;
    }

    private void row(String name, List<String> cells) {
        StringBuilder line = new StringBuilder("%-24s".formatted(name));
        cells.forEach(cell -> line.append(' ').append("%14s".formatted(cell)));
        surroundings.out().println(line);
    }
}
