package beacon.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Durable appends and linearizable reads, Beacon and a peer in alternation: A B A B within each mode, so that whatever
 * else happens on the machine happens to both.
 */
final class AppendComparison {
    static final int KEYS = 10_000;
    static final int VALUE_BYTES = 256;
    private static final int READS_IN_FLIGHT = 64;
    private static final long SEED = 20_26;

    /** "Sequential p50 no worse than 1.4 times": a latency's ratio is the peer's over ours. */
    private static final double SEQUENTIAL_GOAL = 1 / 1.4;

    private final Contender ours;
    private final @Nullable Contender peer;
    private final Settings settings;
    private final Progress progress;
    private final byte[] value = Keys.value(VALUE_BYTES, SEED);
    private final SplittableRandom random = new SplittableRandom(SEED);

    AppendComparison(Contender ours, @Nullable Contender peer, Settings settings, Progress progress) {
        this.ours = ours;
        this.peer = peer;
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @param only names of the results to make; empty for all
     */
    List<Result> run(List<String> only) {
        List<String> names = modes().stream().map(mode -> mode.name).toList();
        if (!names.containsAll(only)) {
            throw new BenchException("expected --only with names of " + names + ", but found " + only);
        }
        List<Result> results = new ArrayList<>();
        for (Mode mode : modes()) {
            if (only.isEmpty() || only.contains(mode.name)) {
                results.add(measure(mode));
            }
        }
        return results;
    }

    private List<Mode> modes() {
        return List.of(
                throughput("in_flight_1000", 1_000, 5.0, this::puts),
                throughput("in_flight_64", 64, 3.0, this::puts),
                latency("sequential_p50", this::puts),
                throughput("unary_in_flight_1000", 1_000, 1.0, this::unaryPuts),
                throughput("unary_in_flight_64", 64, 1.0, this::unaryPuts),
                latency("unary_sequential_p50", this::unaryPuts),
                new Mode(
                        "resolve_linearizable",
                        Unit.READS_PER_SECOND,
                        1.0,
                        (contender, duration) -> Load.perSecond(gets(contender), READS_IN_FLIGHT, duration)));
    }

    private Result measure(Mode mode) {
        List<Contender> contenders = peer == null ? List.of(ours) : List.of(ours, peer);
        List<List<Double>> runs = new ArrayList<>();
        for (Contender contender : contenders) {
            if (mode.unit == Unit.READS_PER_SECOND) {
                progress.say("%s: making %,d keys readable".formatted(contender.name(), KEYS));
                contender.prepareReads(KEYS);
            }
            mode.measure.run(contender, settings.warmUp());
            runs.add(new ArrayList<>());
        }
        for (int run = 1; run <= settings.runs(); run++) {
            for (int i = 0; i < contenders.size(); i++) {
                double figure = rounded(mode.measure.run(contenders.get(i), settings.run()));
                runs.get(i).add(figure);
                progress.say(String.format(
                        Locale.ROOT,
                        "%s, run %d of %d: %s %,.1f %s",
                        mode.name,
                        run,
                        settings.runs(),
                        contenders.get(i).name(),
                        figure,
                        mode.unit.text()));
            }
        }
        Result.Baseline baseline = peer == null ? null : Result.Baseline.of(peer.name(), runs.get(1));
        return Result.against(mode.name, mode.unit, runs.get(0), baseline, mode.goal);
    }

    private IntFunction<CompletableFuture<?>> puts(Contender contender) {
        return number -> contender.put(random.nextInt(KEYS), value);
    }

    private IntFunction<CompletableFuture<?>> unaryPuts(Contender contender) {
        return number -> contender.putUnary(random.nextInt(KEYS), value);
    }

    private IntFunction<CompletableFuture<?>> gets(Contender contender) {
        return number -> contender.get(random.nextInt(KEYS));
    }

    private static Mode throughput(String name, int inFlight, double goal, Calls calls) {
        return new Mode(
                name,
                Unit.EVENTS_PER_SECOND,
                goal,
                (contender, duration) -> Load.perSecond(calls.of(contender), inFlight, duration));
    }

    private static Mode latency(String name, Calls calls) {
        return new Mode(
                name,
                Unit.MICROSECONDS,
                SEQUENTIAL_GOAL,
                (contender, duration) -> Load.medianMicros(calls.of(contender), duration));
    }

    private static double rounded(double figure) {
        return Math.rint(figure * 10) / 10;
    }

    private record Mode(String name, Unit unit, double goal, Measure measure) {}

    private interface Measure {
        double run(Contender contender, Duration duration);
    }

    private interface Calls {
        IntFunction<CompletableFuture<?>> of(Contender contender);
    }
}
