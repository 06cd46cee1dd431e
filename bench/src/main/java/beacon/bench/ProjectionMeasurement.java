package beacon.bench;

import beacon.index.journal.file.ChronicleJournal;
import beacon.index.log.RecordReader;
import beacon.node.views.MemberViews;
import beacon.proto.v1.Event;
import beacon.steward.Decision;
import beacon.steward.Steward;
import beacon.steward.StewardPolicy;
import beacon.views.KeyValues;
import beacon.views.View;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.store.RocksKeyValues;
import beacon.views.store.WriterThread;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * The projections of a member made again from its journal, and what the steward decides on many pins; both on disk, as a
 * member has them.
 */
final class ProjectionMeasurement {
    private static final List<View> VIEWS = List.of(MemberViews.NODES, MemberViews.PINS, MemberViews.KEYS);
    private static final int EVENTS = 900_000;
    private static final int QUICK_EVENTS = 30_000;
    private static final int PINS = 1_000_000;
    private static final int QUICK_PINS = 10_000;
    /** With a million pins of ten columns each, ten thousand on each node. */
    private static final int NODES = 1_000;

    private static final int FEW_NODES = 28;
    private static final int STEP = 100_000;
    private static final double REBUILD_GOAL = 300_000;
    private static final double DECISION_GOAL_MILLIS = 100;
    private static final long HOUR_MICROS = 3_600_000_000L;

    private final Path directory;
    private final Settings settings;
    private final boolean quick;
    private final Progress progress;

    ProjectionMeasurement(Path directory, Settings settings, boolean quick, Progress progress) {
        this.directory = directory;
        this.settings = settings;
        this.quick = quick;
        this.progress = progress;
    }

    int events() {
        return quick ? QUICK_EVENTS : EVENTS;
    }

    int pins() {
        return quick ? QUICK_PINS : PINS;
    }

    /** History of puts, of which every third event places nineteen columns, and of decision records alone. */
    List<Result> rebuilds() {
        List<ByteString> nodes = PutHistory.nodes(FEW_NODES);
        List<Result> results = new ArrayList<>(rebuild(
                "projection_rebuild",
                sequence -> sequence <= FEW_NODES
                        ? PutHistory.joined((int) sequence - 1)
                        : PutHistory.ofPut(sequence - FEW_NODES - 1, nodes)));
        results.addAll(rebuild("projection_rebuild_records", PutHistory::decision));
        return results;
    }

    /** By the clock, and by what the thread that folds takes of a CPU, the store's own threads left out. */
    private List<Result> rebuild(String name, LongFunction<Event> events) {
        List<Double> runs = new ArrayList<>();
        List<Double> cpu = new ArrayList<>();
        Path place = directory.resolve(name);
        try (ChronicleJournal journal = ChronicleJournal.open(place.resolve("journal"), 0)) {
            for (long sequence = 1; sequence <= events(); sequence++) {
                journal.append(sequence, PutHistory.recorded(sequence, events.apply(sequence)));
            }
            for (int run = 0; run <= settings.runs(); run++) {
                Path views = place.resolve("views-" + run);
                double[] clock = new double[1];
                double cpuRate =
                        events() / Stopwatch.cpuSeconds(() -> clock[0] = Stopwatch.seconds(rebuilding(journal, views)));
                double rate = events() / clock[0];
                progress.say("%s%s: %,.0f events/s, %,.0f in a second of a CPU"
                        .formatted(name, run == 0 ? " (warm-up)" : "", rate, cpuRate));
                if (run > 0) {
                    runs.add(rate);
                    cpu.add(cpuRate);
                }
            }
        }
        return List.of(
                Result.within(name, Unit.EVENTS_PER_SECOND, runs, REBUILD_GOAL),
                Result.within(name + "_cpu", Unit.EVENTS_PER_SECOND, cpu, REBUILD_GOAL));
    }

    private Stopwatch.Work rebuilding(ChronicleJournal journal, Path views) {
        return () -> {
            try (KeyValues store = new RocksKeyValues(views);
                    WriterThread writer = new WriterThread("bench-projections-writer");
                    RecordReader reader = journal.readFrom(1)) {
                int read = new ViewRunner(store, VIEWS, writer).advance(reader, Integer.MAX_VALUE);
                if (read != events()) {
                    throw new BenchException("expected " + events() + " events, but found " + read);
                }
            }
        };
    }

    /** A decision when nothing is lost, and one when a node with a thousandth of all columns is lost. */
    List<Result> decisions() {
        try (KeyValues store = new RocksKeyValues(directory.resolve("steward"))) {
            ViewRunner runner = new ViewRunner(store, VIEWS);
            long last = NODES + (long) pins();
            fill(runner, last);
            String label = label(pins());
            List<Result> calm = decisions("steward_" + label + "_pins_calm", store, last, 0);
            runner.advance(new PutHistory.Reader(last + 1, last + 1, sequence -> PutHistory.down(0)), 1);
            List<Result> results =
                    new ArrayList<>(decisions("steward_" + label + "_pins", store, last + 1, pins() / 100));
            results.addAll(calm);
            return results;
        }
    }

    private static String label(int pins) {
        return pins % 1_000_000 == 0 ? pins / 1_000_000 + "m" : pins / 1_000 + "k";
    }

    private void fill(ViewRunner runner, long last) {
        List<ByteString> nodes = PutHistory.nodes(NODES);
        PutHistory.Reader history = new PutHistory.Reader(
                1,
                last,
                sequence -> sequence <= NODES
                        ? PutHistory.joined((int) sequence - 1)
                        : PutHistory.smallPin(sequence - NODES - 1, nodes));
        while (runner.advance(history, STEP) == STEP) {
            progress.say("placing: %,d of %,d pins".formatted(runner.nextSequence() - 1 - NODES, pins()));
        }
    }

    /** By the clock, and what it takes of a CPU, which other load on the machine does not touch. */
    private List<Result> decisions(String name, KeyValues store, long last, int endangered) {
        Steward steward = new Steward(StewardPolicy.DEFAULT);
        List<Double> runs = new ArrayList<>();
        List<Double> cpu = new ArrayList<>();
        for (int run = 0; run <= settings.runs(); run++) {
            double[] clock = new double[1];
            double cpuMillis = 1e3
                    * Stopwatch.cpuSeconds(
                            () -> clock[0] = 1e3 * Stopwatch.seconds(() -> decide(steward, store, last, endangered)));
            progress.say(
                    "%s%s: %.1f ms, %.1f of a CPU".formatted(name, run == 0 ? " (first)" : "", clock[0], cpuMillis));
            if (run > 0) {
                runs.add(clock[0]);
                cpu.add(cpuMillis);
            }
        }
        return List.of(
                Result.within(name, Unit.MILLISECONDS, runs, DECISION_GOAL_MILLIS),
                Result.within(name + "_cpu", Unit.MILLISECONDS, cpu, DECISION_GOAL_MILLIS));
    }

    private static void decide(Steward steward, KeyValues store, long last, int endangered) {
        try (ViewSnapshot nodes = ViewRunner.snapshot(store, MemberViews.NODES);
                ViewSnapshot pins = ViewRunner.snapshot(store, MemberViews.PINS)) {
            Decision decision = steward.decide(nodes, pins, PutHistory.timeMicros(last) + HOUR_MICROS);
            if (decision.endangered() != endangered || decision.intents().isEmpty() != (endangered == 0)) {
                throw new BenchException("expected a decision on %d groups, but found one on %d with %d intents"
                        .formatted(
                                endangered,
                                decision.endangered(),
                                decision.intents().size()));
            }
        }
    }
}
