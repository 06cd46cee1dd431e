package beacon.bench;

import beacon.index.tls.TlsFiles;
import beacon.keys.client.Channels;
import beacon.keys.client.CustodyException;
import beacon.keys.client.RitualCarrier;
import beacon.keys.custodian.CustodianHome;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.fragments.StoreSeal;
import beacon.keys.records.KeyKind;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.RitualPlan;
import beacon.keys.records.Seat;
import beacon.keys.vault.SystemEntropy;
import beacon.node.cli.BeaconCli;
import beacon.node.process.FreePorts;
import beacon.node.process.JavaCommand;
import beacon.node.process.LocalProcess;
import beacon.node.process.MemberCluster;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** Three custodians as their operators run them: a process each, mutual TLS, sealed directories, fsynced events. */
final class CustodianProcesses implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration RITUAL = Duration.ofMinutes(5);
    private static final String NO_LIMIT = "100000000";

    private final List<LocalProcess> processes = new ArrayList<>();
    private final List<String> endpoints = new ArrayList<>();
    private final SystemEntropy entropy = new SystemEntropy();
    private final Channels channels;

    /**
     * Where custodians are, and whom they know.
     *
     * @param tls certificate of a custodian
     * @param operator whose certificate rituals are carried with
     * @param index endpoints of the members whose log they follow; none without a log
     */
    record Surroundings(Path directory, Function<String, TlsFiles> tls, TlsFiles operator, List<String> index) {}

    /** Starts them and returns when all of them answer. */
    CustodianProcesses(Surroundings around) {
        X25519Identity identity = X25519Identity.generate(entropy);
        Path identityFile = around.directory().resolve("custodians.identity");
        try {
            Files.createDirectories(around.directory());
            Files.writeString(identityFile, identity.exportText() + "\n");
        } catch (IOException failed) {
            throw new UncheckedIOException("expected to write " + identityFile, failed);
        }
        this.channels = new Channels(around.operator().clientContext(), TIMEOUT);
        List<Integer> ports = FreePorts.find(Custodians.SIZE, new Random());
        for (int number = 1; number <= Custodians.SIZE; number++) {
            String name = "c" + number;
            Path home = around.directory().resolve(name);
            CustodianHome.initialize(home, name, "bench", Optional.empty(), StoreSeal.x25519(identity), entropy)
                    .close();
            String endpoint = "127.0.0.1:" + ports.get(number - 1);
            endpoints.add(endpoint);
            List<String> arguments = new ArrayList<>(
                    List.of("custodian", "serve", home.toString(), "--listen", endpoint, "--limit", NO_LIMIT));
            arguments.addAll(List.of("--identity-file", identityFile.toString()));
            arguments.addAll(List.of(
                    "--tls-dir",
                    around.tls().apply(name).certificate().resolveSibling("").toString()));
            if (!around.index().isEmpty()) {
                arguments.addAll(List.of("--log", "--endpoint", String.join(",", around.index())));
            }
            // As the launcher starts them.
            List<String> flags = List.of("-Xmx512m", "-XX:+UseSerialGC");
            processes.add(LocalProcess.start(
                    name, JavaCommand.of(BeaconCli.class, flags, arguments), home.resolveSibling(name + ".log")));
        }
        endpoints.forEach(this::awaitAnswer);
    }

    Channels channels() {
        return channels;
    }

    private void awaitAnswer(String endpoint) {
        MemberCluster.await("a custodian at " + endpoint, START, () -> {
            for (LocalProcess process : processes) {
                if (!process.isAlive()) {
                    throw new BenchException(
                            "expected " + process.name() + " to run, but it ended: " + process.logTail());
                }
            }
            try {
                carrier().about(List.of(endpoint));
                return true;
            } catch (CustodyException.RitualFailed notYet) {
                return false;
            }
        });
    }

    private RitualCarrier carrier() {
        return new RitualCarrier(channels);
    }

    /** A new key of all three; any two of them open. */
    KeyRecord ceremony() {
        List<Seat> seats = carrier().about(endpoints).stream()
                .map(RitualCarrier.About::seat)
                .toList();
        RitualPlan plan = RecordCodec.ceremony(
                ByteString.copyFrom(entropy.bytes(RitualPlan.SESSION_ID_BYTES)),
                "bench",
                KeyKind.INTERNAL,
                Custodians.THRESHOLD,
                seats,
                Instant.now().plus(RITUAL));
        return carrier().run(plan, List.of(), Optional.empty());
    }

    @Override
    public void close() {
        channels.close();
        processes.forEach(LocalProcess::close);
    }
}
