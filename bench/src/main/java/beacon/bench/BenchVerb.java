package beacon.bench;

import beacon.node.cli.VerbProvider.Surroundings;
import beacon.proto.grpc.PeerIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code beacon bench}: measures on this machine and prints one report. */
@Command(
        name = "bench",
        description = "Measure on this machine. Prints one report; progress goes to the error stream.",
        footerHeading = "%nBenchmarks:%n",
        footer = {
            "  append   durable appends and linearizable reads; --against etcd measures etcd in alternation",
            "  dht      a DHT of 20 nodes, k = 20 and 4; --against js measures js-libp2p in alternation",
            "  erasure  Reed-Solomon 10+4 beside ISA-L; with the vector kernel when BEACON_JVM_OPTS has",
            "           --add-modules=jdk.incubator.vector",
            "  replay   journal, gRPC replay, start with 10 million events, bytes per pointer",
            "  keys     sealing and opening beside the JDK's cipher and age, custody, BLAKE3",
            "  put-get  a file on the embedded cluster beside its stages, heaps, repair, steward, projections",
            "  sim      how fast the simulator is; has to be the first word after bench",
            "  list     the names above"
        })
final class BenchVerb implements Runnable {
    private final Surroundings surroundings;

    @Parameters(index = "0", paramLabel = "NAME", description = "append, replay, dht, erasure, keys, put-get or list.")
    private String name = "";

    @Option(names = "--against", paramLabel = "PEER", description = "append: etcd; dht: js.")
    private @Nullable String against;

    @Option(names = "--runs", paramLabel = "N", description = "Runs of each figure (default: ${DEFAULT-VALUE}).")
    private int runs = 5;

    @Option(names = "--seconds", paramLabel = "S", description = "Length of a run (default: ${DEFAULT-VALUE}).")
    private int seconds = 4;

    @Option(names = "--warm-up", paramLabel = "S", description = "Before each figure (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds = 45;

    @Option(
            names = "--only",
            paramLabel = "RESULT",
            split = ",",
            description = {
                "append: only these results; keys: only envelope, custody, service or rewrap;",
                "put-get: only files, steward or projections."
            })
    private List<String> only = List.of();

    @Option(
            names = "--processes",
            paramLabel = "N",
            description = "dht: processes of either network, 1 or 20 (default: ${DEFAULT-VALUE}).")
    private int processes = 1;

    @Option(names = "--k", paramLabel = "K", split = ",", description = "dht: sizes of a bucket (default: 20,4).")
    private List<Integer> bucketSizes = List.of(20, 4);

    @Option(
            names = "--size",
            paramLabel = "MIB",
            description = "put-get: size of the file in MiB, 64 at least (default: 1024; with --quick 64).")
    private @Nullable Integer sizeMebibytes;

    @Option(names = "--quick", description = "Short and coarse: shows that everything works.")
    private boolean quick;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where the processes keep their files (default: target/bench).")
    private Path directory = Path.of("target", "bench");

    BenchVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void run() {
        switch (name) {
            case "list" -> surroundings.out().println("append\nreplay\ndht\nerasure\nkeys\nput-get\nsim");
            case "append" -> print(append());
            case "replay" -> print(replay());
            case "dht" -> print(dht());
            case "erasure" -> print(erasure());
            case "keys" -> print(keys());
            case "put-get" -> print(putGet());
            default ->
                throw new BenchException(
                        "expected append, replay, dht, erasure, keys, put-get or list, but found " + name);
        }
    }

    private void print(Report report) {
        surroundings.out().println(surroundings.isJson() ? report.toJson() : report.toTable());
    }

    private Settings settings() {
        return quick
                ? Settings.quick()
                : new Settings(runs, Duration.ofSeconds(warmUpSeconds), Duration.ofSeconds(seconds));
    }

    private Report append() {
        if (against != null && !against.equals("etcd")) {
            throw new BenchException("expected --against etcd, but found " + against);
        }
        Progress progress = new Progress(surroundings.err());
        Settings settings = settings();
        try (Workspace workspace = Workspace.in(surroundings.directory().resolve(directory))) {
            Map<String, Object> conditions = conditions(settings, workspace.directory());
            progress.say("starting beacon");
            try (Contender ours =
                            BeaconContender.start(workspace.directory().resolve("beacon"), AppendComparison.KEYS);
                    PeerSlot peer = new PeerSlot(startPeer(workspace, progress))) {
                conditions.putAll(ours.conditions());
                if (peer.contender() != null) {
                    conditions.putAll(peer.contender().conditions());
                }
                List<Result> results = new AppendComparison(ours, peer.contender(), settings, progress).run(only);
                return new Report("append", Conditions.commit(), conditions, results);
            }
        }
    }

    private @Nullable Contender startPeer(Workspace workspace, Progress progress) {
        Optional<String> version = against == null ? Optional.empty() : EtcdProcesses.installedVersion();
        if (version.isEmpty()) {
            progress.say(against == null ? "no peer asked for" : "etcd is not installed: baseline is null");
            return null;
        }
        progress.say("starting etcd " + version.get());
        return EtcdContender.start(
                version.get(),
                workspace.directory().resolve("etcd"),
                workspace.issue(PeerIdentity.Kind.MEMBER, "etcd"),
                AppendComparison.KEYS);
    }

    private Report replay() {
        Settings settings = settings();
        try (Workspace workspace = Workspace.in(surroundings.directory().resolve(directory))) {
            List<Result> results = new ReplayMeasurement(
                            workspace.directory(), settings, quick, new Progress(surroundings.err()))
                    .run();
            return new Report("replay", Conditions.commit(), conditions(settings, workspace.directory()), results);
        }
    }

    private Report erasure() {
        Settings settings = settings();
        try (Workspace workspace = Workspace.in(surroundings.directory().resolve(directory))) {
            ErasureMeasurement measurement =
                    new ErasureMeasurement(workspace.directory(), settings, new Progress(surroundings.err()));
            Map<String, Object> conditions = Conditions.of(settings, workspace.directory());
            conditions.put("threads", 1);
            conditions.put("kernel", measurement.kernel());
            return new Report("erasure", Conditions.commit(), conditions, measurement.run());
        }
    }

    private Report dht() {
        if (against != null && !against.equals("js")) {
            throw new BenchException("expected --against js, but found " + against);
        }
        Progress progress = new Progress(surroundings.err());
        Path parent = surroundings.directory().resolve(directory);
        Optional<JsPeers> peers = against == null ? Optional.empty() : JsPeers.install(parent.resolve("js"), progress);
        DhtComparison.Plan plan = quick ? DhtComparison.Plan.QUICK : new DhtComparison.Plan(runs, 100, 40);
        return new DhtBenchmark(processes, plan, progress).run(bucketSizes, peers);
    }

    private Report keys() {
        try (Workspace workspace = Workspace.in(surroundings.directory().resolve(directory))) {
            return new KeyBenchmark(settings(), quick, new Progress(surroundings.err())).run(workspace, only);
        }
    }

    private Report putGet() {
        long usual = quick ? PutGetBenchmark.QUICK_SIZE_BYTES : PutGetBenchmark.SIZE_BYTES;
        long size = sizeMebibytes == null ? usual : (long) sizeMebibytes << 20;
        try (Workspace workspace = Workspace.in(surroundings.directory().resolve(directory))) {
            return new PutGetBenchmark(settings(), size, quick, new Progress(surroundings.err()))
                    .run(workspace.directory(), only);
        }
    }

    private static Map<String, Object> conditions(Settings settings, Path directory) {
        Map<String, Object> conditions = new LinkedHashMap<>(Conditions.of(settings, directory));
        conditions.put("fsync", true);
        conditions.put("tls", true);
        conditions.put("processes", 3);
        conditions.put("value_bytes", AppendComparison.VALUE_BYTES);
        conditions.put("keys", AppendComparison.KEYS);
        return conditions;
    }

    /** A peer that may be absent, closed with the rest. */
    private record PeerSlot(@Nullable Contender contender) implements AutoCloseable {
        @Override
        public void close() {
            if (contender != null) {
                contender.close();
            }
        }
    }
}
