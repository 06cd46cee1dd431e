package beacon.bench;

import beacon.keys.Entropy;
import beacon.keys.custody.BoundWrap;
import beacon.keys.custody.Combiner;
import beacon.keys.custody.PartialRequest;
import beacon.keys.custody.WrapTerms;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.X25519Stanza;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What threshold custody costs without network and disk: one answer, a whole ceremony, and rewrapping. */
final class CustodyMeasurement {
    private static final int PARTIALS = 300;
    private static final int REWRAPS = 100;
    private static final int CEREMONIES = 10;
    private static final int CORES = 2;
    private static final int NONCE_BYTES = 16;
    private static final double PARTIAL_GOAL_MICROS = 1_000;
    private static final double CEREMONY_GOAL_SECONDS = 0.25;
    private static final double REWRAP_GOAL = 300;

    private final Settings settings;
    private final Progress progress;
    private final Entropy entropy;
    private final Custodians from;
    private final Custodians to;

    CustodyMeasurement(Settings settings, Progress progress, Entropy entropy) {
        this.settings = settings;
        this.progress = progress;
        this.entropy = entropy;
        this.from = Custodians.born(entropy);
        this.to = Custodians.born(entropy);
    }

    List<Result> run() {
        return List.of(rewraps(), rewrapCpu(), partials(), ceremonies());
    }

    /** CPU of one custodian for one answer: computed, proved and checked before it is let go. */
    private Result partials() {
        Wrapped wrapped = wrapped();
        List<Double> runs = new ArrayList<>();
        for (int run = 0; run <= settings.runs(); run++) {
            double micros = 1e6
                    / PARTIALS
                    * Stopwatch.cpuSeconds(() -> {
                        for (int i = 0; i < PARTIALS; i++) {
                            from.partial(1 + i % Custodians.SIZE, wrapped.request());
                        }
                    });
            note("partial_cpu", run, micros, Unit.MICROSECONDS, runs);
        }
        return Result.within("partial_cpu", Unit.MICROSECONDS, runs, PARTIAL_GOAL_MICROS);
    }

    private Result ceremonies() {
        List<Double> runs = new ArrayList<>();
        for (int run = 0; run <= settings.runs(); run++) {
            double seconds = Stopwatch.seconds(() -> {
                        for (int i = 0; i < CEREMONIES; i++) {
                            Custodians.born(entropy);
                        }
                    })
                    / CEREMONIES;
            note("ceremony_in_process", run, seconds, Unit.SECONDS, runs);
        }
        return Result.within("ceremony_in_process", Unit.SECONDS, runs, CEREMONY_GOAL_SECONDS);
    }

    /** The same work by what it takes of a CPU, custodians and runner together. */
    private Result rewrapCpu() {
        Wrapped wrapped = wrapped();
        List<Double> runs = new ArrayList<>();
        for (int run = 0; run <= settings.runs(); run++) {
            double micros = 1e6
                    / REWRAPS
                    * Stopwatch.cpuSeconds(() -> {
                        for (int i = 0; i < REWRAPS; i++) {
                            rewrap(wrapped);
                        }
                    });
            note("rewrap_cpu", run, micros, Unit.MICROSECONDS, runs);
        }
        return Result.within("rewrap_cpu", Unit.MICROSECONDS, runs, 1e6 * CORES / REWRAP_GOAL);
    }

    /** Custodians and runner share the two cores, so this counts all that rewrapping costs but transport and log. */
    private Result rewraps() {
        List<Double> runs = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(CORES);
        try {
            rewrapsPerSecond(pool, settings.run().toNanos());
            for (int run = 1; run <= settings.runs(); run++) {
                note(
                        "rewrap_two_cores",
                        run,
                        rewrapsPerSecond(pool, settings.run().toNanos()),
                        Unit.ARTIFACTS_PER_SECOND,
                        runs);
            }
        } finally {
            pool.shutdown();
        }
        return Result.within("rewrap_two_cores", Unit.ARTIFACTS_PER_SECOND, runs, REWRAP_GOAL);
    }

    private double rewrapsPerSecond(ExecutorService pool, long nanos) {
        List<CompletableFuture<Double>> parts = new ArrayList<>();
        for (int core = 0; core < CORES; core++) {
            parts.add(CompletableFuture.supplyAsync(
                    () -> {
                        List<Wrapped> artifacts = new ArrayList<>();
                        for (int i = 0; i < 100; i++) {
                            artifacts.add(wrapped());
                        }
                        long start = System.nanoTime();
                        int done = 0;
                        while (System.nanoTime() - start < nanos) {
                            rewrap(artifacts.get(done++ % artifacts.size()));
                        }
                        return done * 1e9 / (System.nanoTime() - start);
                    },
                    pool));
        }
        return parts.stream().mapToDouble(CompletableFuture::join).sum();
    }

    private void rewrap(Wrapped old) {
        Combiner combiner = new Combiner(from.key(), old.request());
        for (int custodian = 1; custodian <= Custodians.THRESHOLD; custodian++) {
            boolean answered =
                    old.wrap().verifies(old.terms()) && combiner.offer(from.partial(custodian, old.request()));
            if (!answered) {
                throw new BenchException("expected custodian " + custodian + " to give a good answer");
            }
        }
        byte[] secret = combiner.secret().orElseThrow();
        byte[] recipient = from.key().recipient().publicKey().toByteArray();
        X25519Stanza stanza = X25519Stanza.parse(old.wrap().stanza());
        Header header = Header.parse(old.header());
        try (FileKey fileKey = header.verify(stanza.open(secret, recipient).orElseThrow())) {
            BoundWrap next = BoundWrap.make(fileKey, to.key(), terms(to), entropy);
            Header.seal(fileKey, List.of(next.stanza())).encode();
        }
    }

    private Wrapped wrapped() {
        WrapTerms terms = terms(from);
        try (FileKey fileKey = FileKey.generate(entropy)) {
            BoundWrap wrap = BoundWrap.make(fileKey, from.key(), terms, entropy);
            PartialRequest request = new PartialRequest(
                    X25519Stanza.parse(wrap.stanza()).share(), ByteString.copyFrom(entropy.bytes(NONCE_BYTES)));
            return new Wrapped(
                    wrap,
                    terms,
                    request,
                    Header.seal(fileKey, List.of(wrap.stanza())).encode());
        }
    }

    private WrapTerms terms(Custodians custodians) {
        return new WrapTerms(
                "did:key:bench",
                custodians.key().id(),
                "bench",
                "policy",
                ByteString.copyFrom(entropy.bytes(NONCE_BYTES)));
    }

    private void note(String name, int run, double figure, Unit unit, List<Double> runs) {
        if (run > 0) {
            runs.add(figure);
            progress.say("%s, run %d: %.3f %s".formatted(name, run, figure, unit.text()));
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // read by its maker only
    private record Wrapped(BoundWrap wrap, WrapTerms terms, PartialRequest request, byte[] header) {}
}
