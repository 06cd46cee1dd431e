package beacon.bench;

import beacon.index.client.BeaconClient;
import beacon.index.client.EventCursor;
import beacon.index.journal.file.ChronicleJournal;
import beacon.index.log.RecordReader;
import beacon.index.log.Recorded;
import beacon.index.log.RequestId;
import beacon.index.state.IndexState;
import beacon.model.EventCodec;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.ReplayRequest;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reading history back, starting with much of it, and what a pointer costs in memory. */
final class ReplayMeasurement {
    private static final int COLD_EVENTS = 10_000_000;
    private static final int QUICK_COLD_EVENTS = 200_000;
    private static final int JOURNAL_EVENTS = 2_000_000;
    private static final int QUICK_JOURNAL_EVENTS = 200_000;
    private static final int GRPC_EVENTS = 1_000_000;
    private static final int POINTERS = 1_000_000;
    private static final int IN_FLIGHT = 4_000;
    private static final int VALUE_BYTES = 256;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final double JOURNAL_GOAL = 1_000_000;
    private static final double GRPC_GOAL = 150_000;
    private static final double START_GOAL_SECONDS = 10;
    private static final double POINTER_GOAL_BYTES = 250;

    private final Path directory;
    private final Settings settings;
    private final boolean quick;
    private final Progress progress;
    private final byte[] value = Keys.value(VALUE_BYTES, 1);

    ReplayMeasurement(Path directory, Settings settings, boolean quick, Progress progress) {
        this.directory = directory;
        this.settings = settings;
        this.quick = quick;
        this.progress = progress;
    }

    List<Result> run() {
        List<Result> results = new ArrayList<>();
        results.add(journal());
        results.addAll(member());
        results.add(pointers());
        return results;
    }

    private Result journal() {
        int events = quick ? QUICK_JOURNAL_EVENTS : JOURNAL_EVENTS;
        List<Double> runs = new ArrayList<>();
        try (ChronicleJournal journal = ChronicleJournal.open(directory.resolve("journal"), 0)) {
            for (long sequence = 1; sequence <= events; sequence++) {
                journal.append(sequence, value);
            }
            for (int run = 0; run <= settings.runs(); run++) {
                long start = System.nanoTime();
                long bytes = 0;
                try (RecordReader reader = journal.readFrom(1)) {
                    while (reader.next()) {
                        bytes += reader.length();
                    }
                }
                double perSecond = events * 1e9 / (System.nanoTime() - start);
                if (bytes != (long) events * VALUE_BYTES) {
                    throw new BenchException("expected " + events + " events back, but found " + bytes + " bytes");
                }
                if (run > 0) {
                    runs.add(perSecond);
                    progress.say("journal_in_process, run %d: %,.0f events/s".formatted(run, perSecond));
                }
            }
        }
        return Result.within("journal_in_process", Unit.EVENTS_PER_SECOND, runs, JOURNAL_GOAL);
    }

    /** One member process: fills it, reads it over gRPC, stops it and starts it again. */
    private List<Result> member() {
        int events = quick ? QUICK_COLD_EVENTS : COLD_EVENTS;
        try (MemberCluster cluster =
                MemberCluster.start(directory.resolve("member"), BeaconContender.memberOptions(1))) {
            List<Double> replays = new ArrayList<>();
            try (BeaconClient client = cluster.client("bench", TIMEOUT)) {
                fill(client, events);
                long last = Math.min(events, GRPC_EVENTS);
                replay(client, last);
                for (int run = 1; run <= settings.runs(); run++) {
                    double perSecond = replay(client, last);
                    replays.add(perSecond);
                    progress.say("over_grpc, run %d: %,.0f events/s".formatted(run, perSecond));
                }
            }
            List<Double> starts = new ArrayList<>();
            for (int run = 1; run <= Math.min(3, settings.runs()); run++) {
                if (!cluster.stop("m1")) {
                    throw new BenchException("expected the member to stop in peace, but it had to be killed");
                }
                long start = System.nanoTime();
                cluster.start("m1");
                cluster.awaitReady("m1");
                starts.add((System.nanoTime() - start) / 1e9);
                progress.say("cold start with %,d events, run %d: %.2f s".formatted(events, run, starts.get(run - 1)));
            }
            return List.of(
                    Result.within("over_grpc", Unit.EVENTS_PER_SECOND, replays, GRPC_GOAL),
                    Result.within(
                            quick ? "cold_start_quick" : "cold_start_10m", Unit.SECONDS, starts, START_GOAL_SECONDS));
        }
    }

    private void fill(BeaconClient client, int events) {
        ArrayDeque<CompletableFuture<Accepted>> answers = new ArrayDeque<>();
        for (int i = 0; i < events; i++) {
            if (answers.size() == IN_FLIGHT) {
                Load.await(answers.remove());
            }
            answers.add(client.append(BeaconContender.decision(i % 10_000, value)));
            if (i % 1_000_000 == 999_999) {
                progress.say("filling: %,d of %,d events".formatted(i + 1, events));
            }
        }
        answers.forEach(Load::await);
    }

    private static double replay(BeaconClient client, long last) {
        long start = System.nanoTime();
        long seen = 0;
        try (EventCursor cursor =
                client.replay(ReplayRequest.newBuilder().setLastSequence(last).build())) {
            for (EventFrame frame = cursor.next(); frame != null; frame = cursor.next()) {
                seen += frame.getEventsCount();
            }
        }
        if (seen != last) {
            throw new BenchException("expected " + last + " events, but found " + seen);
        }
        return last * 1e9 / (System.nanoTime() - start);
    }

    /** Heap in use with and without a million addresses, each with one revision, after a full collection. */
    private Result pointers() {
        long before = usedBytes();
        IndexState state = IndexState.empty(1024);
        for (int i = 1; i <= POINTERS; i++) {
            ByteString event = BeaconContender.pointer(i).toByteString();
            state.evolve(new Recorded(
                    i, 1, i, "bench", new RequestId(i, i), 0, 0, 1, 1, 0, event, EventCodec.decode(event)));
        }
        double bytes = (usedBytes() - before) / (double) POINTERS;
        if (state.lastSequence() != POINTERS) {
            throw new BenchException("expected every pointer to be kept");
        }
        progress.say("bytes_per_pointer: %.0f".formatted(bytes));
        return Result.within("bytes_per_pointer", Unit.BYTES, List.of(bytes), POINTER_GOAL_BYTES);
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
