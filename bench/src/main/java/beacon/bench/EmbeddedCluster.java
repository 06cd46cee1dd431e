package beacon.bench;

import beacon.index.tls.TlsFiles;
import beacon.node.cli.BeaconCli;
import beacon.node.daemon.LocalCluster;
import beacon.node.process.FreePorts;
import beacon.node.process.JavaCommand;
import beacon.node.process.LocalProcess;
import beacon.node.process.MemberCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** {@code beacon up} as a process of its own, and other verbs beside it, each as a process of its own, as users run them. */
final class EmbeddedCluster implements AutoCloseable {
    static final int STORAGE_NODES = 14;

    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** Far less than the launcher gives it: members, custodians and all storage nodes together. */
    private static final List<String> CLUSTER_FLAGS = List.of("-Xmx512m", "-XX:+UseParallelGC");

    /** As the launcher. */
    private static final List<String> CLIENT_FLAGS =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:CompileThresholdScaling=4");

    private final Path directory;
    private final Path home;
    private final LocalProcess process;
    private final GcLog collections;

    private EmbeddedCluster(Path directory) {
        this.directory = directory;
        this.home = directory.resolve("home");
        this.collections = new GcLog(directory.resolve("up.gc"));
        int port = FreePorts.find(1, new Random()).get(0);
        this.process = start(
                "up",
                CLUSTER_FLAGS,
                collections,
                List.of("up", "--home", home.toString(), "--port", Integer.toString(port)));
    }

    /** Starts it and waits until files can be put. */
    static EmbeddedCluster start(Path directory) {
        EmbeddedCluster cluster = new EmbeddedCluster(directory);
        try {
            MemberCluster.await("beacon up to be up", PATIENCE, cluster::isUp);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private boolean isUp() {
        if (!process.isAlive()) {
            throw new BenchException("expected beacon up to run, but it ended: " + process.logTail());
        }
        return process.logTail().contains("Beacon is up");
    }

    private LocalProcess start(String name, List<String> flags, GcLog log, List<String> arguments) {
        List<String> all = new ArrayList<>(flags);
        all.add("-XX:+ExitOnOutOfMemoryError");
        all.add(log.flag());
        ProcessBuilder command = JavaCommand.of(BeaconCli.class, all, arguments);
        command.environment().put("BEACON_HOME", home.toString());
        return LocalProcess.start(name, command, directory.resolve(name + ".log"));
    }

    /** How long a verb took, its start included, and the most of its heap that a collection left. */
    record Done(double seconds, long heapBytes) {}

    /** Runs a verb to its end. */
    Done run(String... arguments) {
        GcLog log = new GcLog(directory.resolve("client.gc"));
        log.clear();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--timeout", "120"));
        long start = System.nanoTime();
        try (LocalProcess verb = start("client", CLIENT_FLAGS, log, all)) {
            boolean ended = verb.await(PATIENCE);
            double seconds = (System.nanoTime() - start) / 1e9;
            if (!ended || verb.exitCode() != 0) {
                throw new BenchException(
                        "expected beacon %s to succeed, but it did not: %s".formatted(arguments[0], verb.logTail()));
            }
            return new Done(seconds, log.peakBytes());
        }
    }

    /** A client that stays for many verbs. */
    StayingClient staying(GcLog log) {
        return StayingClient.start(home, log);
    }

    /** The most of the cluster's heap that a collection left so far. */
    long heapBytes() {
        return collections.peakBytes();
    }

    /** An operator's certificate. */
    TlsFiles tls() {
        return TlsFiles.in(home.resolve(LocalCluster.CLIENT_DIRECTORY));
    }

    /** Where members listen. */
    List<String> endpoints() {
        try {
            return Files.readAllLines(home.resolve("endpoints"));
        } catch (IOException e) {
            throw new UncheckedIOException("expected the endpoints of " + home, e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
