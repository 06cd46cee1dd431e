package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.ca.CertificateAuthority;
import beacon.node.ca.CertificateRequest;
import beacon.node.process.FreePorts;
import beacon.node.process.JavaCommand;
import beacon.node.process.LocalProcess;
import beacon.proto.grpc.PeerIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Custodians as processes of their own, and the command line beside them. */
final class CustodianCluster implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    final Path directory;
    private final Class<?> main;
    private final CertificateAuthority ca;
    private final List<Integer> ports;
    private final Map<Integer, LocalProcess> running = new TreeMap<>();

    /** Makes and starts custodians 1 to {@code size}; {@code initOptions} go to each {@code custodian init}. */
    CustodianCluster(Path directory, int size, String... initOptions) throws IOException {
        this(BeaconCli.class, directory, size, initOptions);
    }

    /** The same with another program that understands {@code custodian serve}. */
    CustodianCluster(Class<?> main, Path directory, int size, String... initOptions) throws IOException {
        this.main = main;
        this.directory = directory;
        this.ca = CertificateAuthority.create(directory.resolve("ca"), "test", "Test", InstantSource.system());
        this.ports = FreePorts.find(size, new Random());
        issue(PeerIdentity.Kind.OPERATOR, "root");
        issue(PeerIdentity.Kind.CLIENT, "alice");
        Files.writeString(directory.resolve("passphrase"), "correct horse battery staple\n");
        for (int number = 1; number <= size; number++) {
            issue(PeerIdentity.Kind.CUSTODIAN, name(number));
            List<String> init = new ArrayList<>(
                    List.of("custodian", "init", home(number), "--name", name(number), "--org", "example"));
            init.addAll(seal());
            init.addAll(List.of(initOptions));
            assertThat(run(init.toArray(new String[0])).exitCode()).isZero();
        }
        for (int number = 1; number <= size; number++) {
            start(number);
        }
        for (int number = 1; number <= size; number++) {
            awaitServing(number);
        }
    }

    static List<String> seal() {
        return List.of("--passphrase-file", "passphrase", "--work-factor", "10");
    }

    static String name(int number) {
        return "c" + number;
    }

    static String home(int number) {
        return "home-" + name(number);
    }

    String endpoint(int number) {
        return "127.0.0.1:" + ports.get(number - 1);
    }

    String endpoints(int... numbers) {
        List<String> all = new ArrayList<>();
        for (int number : numbers) {
            all.add(endpoint(number));
        }
        return String.join(",", all);
    }

    private void issue(PeerIdentity.Kind kind, String name) {
        ca.issue(
                directory.resolve("tls-" + name),
                new CertificateRequest(new PeerIdentity("test", kind, name), List.of("127.0.0.1"), Duration.ofDays(1)));
    }

    void start(int number) {
        List<String> arguments = new ArrayList<>(List.of(
                "custodian",
                "serve",
                directory.resolve(home(number)).toString(),
                "--listen",
                endpoint(number),
                "--limit",
                "10000",
                "--tls-dir",
                directory.resolve("tls-" + name(number)).toString(),
                "--passphrase-file",
                directory.resolve("passphrase").toString(),
                "--work-factor",
                "10"));
        running.put(
                number,
                LocalProcess.start(
                        name(number),
                        JavaCommand.of(main, List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"), arguments),
                        log(number)));
    }

    Path log(int number) {
        return directory.resolve(name(number) + ".log");
    }

    void awaitServing(int number) {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            LocalProcess process = running.get(number);
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(number - 1)), 500);
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new AssertionError("custodian " + number + " does not serve: " + process.logTail(), notYet);
                }
                process.await(Duration.ofMillis(50));
            }
        }
    }

    void restart(int number) {
        kill(number);
        start(number);
        awaitServing(number);
    }

    /** SIGKILL. */
    void kill(int number) {
        LocalProcess process = running.remove(number);
        if (process != null) {
            process.kill();
        }
    }

    LocalProcess process(int number) {
        return running.get(number);
    }

    /** A command in this process. */
    CommandRun run(String... arguments) {
        return run(new byte[0], arguments);
    }

    CommandRun run(byte[] input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(input),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int exitCode = new BeaconCli(console, Map.of(), directory, InstantSource.system()).run(arguments);
        return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A command as the operator. */
    CommandRun operator(String... arguments) {
        return as("root", arguments);
    }

    CommandRun as(String who, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--tls-dir", "tls-" + who, "--timeout", "20"));
        return run(all.toArray(new String[0]));
    }

    @Override
    public void close() {
        List.copyOf(running.keySet()).forEach(this::kill);
    }
}
