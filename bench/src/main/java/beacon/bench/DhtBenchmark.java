package beacon.bench;

import beacon.node.process.StorageJvm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A network of Beacon nodes, and one of js-libp2p nodes beside it, for each size of a bucket. */
final class DhtBenchmark {
    private static final int NODES = 20;
    private static final String LAUNCHER = "BEACON_LAUNCHER";

    private final int processes;
    private final DhtComparison.Plan plan;
    private final Progress progress;

    /** A benchmark.
     *
     * @param processes over which the nodes of either network are spread */
    DhtBenchmark(int processes, DhtComparison.Plan plan, Progress progress) {
        if (processes < 1 || NODES % processes != 0) {
            throw new BenchException("expected --processes to divide " + NODES + ", but found " + processes);
        }
        this.processes = processes;
        this.plan = plan;
        this.progress = progress;
    }

    Report run(List<Integer> bucketSizes, Optional<JsPeers> peers) {
        Map<String, Object> conditions = new LinkedHashMap<>();
        conditions.put("cpus", Runtime.getRuntime().availableProcessors());
        conditions.put("jdk", System.getProperty("java.version"));
        conditions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        conditions.put("nodes", NODES);
        conditions.put("processes_of_each_network", processes);
        conditions.put("runs", plan.runs());
        conditions.put("operations_a_run", plan.operations());
        conditions.put("beacon_jvm_flags", StorageJvm.flags());
        peers.ifPresent(found -> conditions.put("js", found.version()));
        conditions.put(
                "find_providers",
                "k below the number of nodes: first provider, by nodes without a record; else all of them");
        List<Result> results = new ArrayList<>();
        for (int bucketSize : bucketSizes) {
            progress.say("k = %d: starting the nodes".formatted(bucketSize));
            try (DhtNetwork ours = DhtNetwork.start("beacon", NODES, processes, beacon(bucketSize))) {
                if (peers.isPresent()) {
                    try (DhtNetwork js = DhtNetwork.start(
                            "js-libp2p", NODES, processes, peers.get().starter(bucketSize))) {
                        results.addAll(new DhtComparison(bucketSize, ours, js, plan, progress).run());
                    }
                } else {
                    results.addAll(new DhtComparison(bucketSize, ours, null, plan, progress).run());
                }
            }
        }
        return new Report("dht", Conditions.commit(), conditions, results);
    }

    private static DhtNetwork.Starter beacon(int bucketSize) {
        return (nodes, bootstrap) -> {
            List<String> arguments = new ArrayList<>(
                    List.of("dht", "shell", "--nodes", Integer.toString(nodes), "--k", Integer.toString(bucketSize)));
            if (!bootstrap.isEmpty()) {
                arguments.addAll(List.of("--bootstrap", bootstrap));
            }
            return launcher(arguments);
        };
    }

    /** Beacon as its users start it, with the JDK of this process. */
    private static ProcessBuilder launcher(List<String> arguments) {
        String launcher = System.getenv(LAUNCHER);
        if (launcher == null) {
            throw new BenchException(
                    "expected the path of the launcher in $" + LAUNCHER + ", as ./beacon bench sets it");
        }
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("BEACON_NO_BUILD", "1");
        // Flags for the benchmark are not flags for what it measures.
        environment.remove("BEACON_JVM_OPTS");
        return builder;
    }
}
