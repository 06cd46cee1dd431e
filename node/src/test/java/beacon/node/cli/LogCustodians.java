package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.process.FreePorts;
import beacon.node.process.JavaCommand;
import beacon.node.process.LocalProcess;
import beacon.node.process.MemberCluster;
import beacon.node.process.Places;
import beacon.proto.grpc.PeerIdentity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Members of an index and custodians that follow its log, all processes of their own, and the command line beside them. */
final class LogCustodians implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final List<String> JVM = List.of("-Xmx128m", "-XX:TieredStopAtLevel=1");

    /** As much as the launcher gives put and get. */
    private static final List<String> COMMAND_JVM = List.of("-Xmx256m", "-XX:+UseSerialGC");

    private static final Pattern HTTP_PORT = Pattern.compile("http_port=(\\d+)");

    final Path directory;
    final MemberCluster members;
    private final Places places;
    private final List<Integer> ports;
    private final Map<Integer, LocalProcess> running = new TreeMap<>();
    private final List<LocalProcess> commands = new ArrayList<>();

    LogCustodians(Path directory, int size) throws IOException {
        this(directory, size, MemberCluster.Options.small());
    }

    /**
     * Starts all.
     *
     * @param ofEach further arguments with which each custodian is made
     */
    LogCustodians(Path directory, int size, MemberCluster.Options options, String... ofEach) throws IOException {
        this(directory, size, options, Places.LOOPBACK, ofEach);
    }

    /** The same with processes that run elsewhere: custodians as c1, c2, … */
    LogCustodians(Path directory, int size, MemberCluster.Options options, Places places, String... ofEach)
            throws IOException {
        this.directory = directory;
        this.places = places;
        this.members = MemberCluster.start(directory.resolve("members"), options, places);
        this.ports = FreePorts.find(size, new Random());
        Files.writeString(directory.resolve("passphrase"), "correct horse battery staple\n");
        for (int number = 1; number <= size; number++) {
            members.issue(PeerIdentity.Kind.CUSTODIAN, "c" + number);
            List<String> made = new ArrayList<>(List.of(
                    "custodian",
                    "init",
                    "home-c" + number,
                    "--name",
                    "c" + number,
                    "--org",
                    "example",
                    "--passphrase-file",
                    "passphrase",
                    "--work-factor",
                    "10"));
            made.addAll(List.of(ofEach));
            must(made.toArray(new String[0]));
            start(number);
        }
        for (int number = 1; number <= size; number++) {
            awaitServing(number);
        }
    }

    String endpoints(int... numbers) {
        return Arrays.stream(numbers).mapToObj(this::endpoint).collect(Collectors.joining(","));
    }

    private String endpoint(int number) {
        return places.host("c" + number) + ":" + ports.get(number - 1);
    }

    LocalProcess process(int number) {
        return running.get(number);
    }

    int size() {
        return ports.size();
    }

    /** The metrics page of a member. */
    String metrics(String id) throws IOException {
        Matcher port = HTTP_PORT.matcher(Files.readString(members.data(id).resolveSibling("log")));
        String last = "";
        while (port.find()) {
            last = port.group(1);
        }
        try (InputStream page = URI.create("http://%s:%s/metrics".formatted(places.host(id), last))
                .toURL()
                .openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Path home(int number) {
        return directory.resolve("home-c" + number);
    }

    /** Has every process print what its threads do into its log file. */
    void dumpThreads() throws IOException {
        List<Long> pids = new ArrayList<>();
        running.values().forEach(process -> pids.add(process.pid()));
        members.ids().forEach(id -> pids.add(members.process(id).pid()));
        for (long pid : pids) {
            new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start();
        }
    }

    Path tls(String name) {
        return directory.resolve("members").resolve("tls").resolve(name);
    }

    void start(int number) {
        running.put(
                number,
                launch(
                        "c" + number,
                        JVM,
                        places.launcher("c" + number),
                        List.of(
                                "custodian",
                                "serve",
                                directory.resolve("home-c" + number).toString(),
                                "--listen",
                                endpoint(number),
                                "--limit",
                                "100000",
                                "--log",
                                "--timeout",
                                "10",
                                "--endpoint",
                                String.join(",", members.endpoints()),
                                "--tls-dir",
                                tls("c" + number).toString(),
                                "--passphrase-file",
                                directory.resolve("passphrase").toString(),
                                "--work-factor",
                                "10")));
    }

    private LocalProcess launch(String name, List<String> flags, List<String> launcher, List<String> arguments) {
        ProcessBuilder command = JavaCommand.of(BeaconCli.class, flags, arguments);
        command.command().addAll(0, launcher);
        return LocalProcess.start(name, command, log(name));
    }

    Path log(String name) {
        return directory.resolve(name + ".log");
    }

    void awaitServing(int number) {
        MemberCluster.await("custodian " + number + " to serve", START, () -> {
            assertThat(running.get(number).isAlive())
                    .as(running.get(number).logTail())
                    .isTrue();
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(places.host("c" + number), ports.get(number - 1)), 500);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    /** SIGKILL. */
    void kill(int number) {
        running.remove(number).kill();
    }

    /** A command as the operator in a process of its own, which a test may kill. */
    LocalProcess background(String name, String... arguments) {
        LocalProcess process = launch(name, COMMAND_JVM, List.of(), operator(arguments));
        commands.add(process);
        return process;
    }

    private List<String> operator(String... arguments) {
        return of("operator", arguments);
    }

    private List<String> of(String who, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--endpoint", String.join(",", members.endpoints())));
        all.addAll(List.of("--tls-dir", tls(who).toString(), "--timeout", "20"));
        return all;
    }

    /** A command with the certificate of somebody in this process. */
    CommandRun as(String who, String... arguments) {
        return in(new byte[0], of(who, arguments));
    }

    /** A command as the operator in this process. */
    CommandRun run(String... arguments) {
        return run(new byte[0], arguments);
    }

    /** The same with something on its standard input. */
    CommandRun run(byte[] input, String... arguments) {
        return in(input, operator(arguments));
    }

    private CommandRun in(byte[] input, List<String> arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(input),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int exitCode = new BeaconCli(console, Map.of(), directory, InstantSource.system())
                .run(arguments.toArray(new String[0]));
        return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private void must(String... arguments) {
        CommandRun run = in(new byte[0], List.of(arguments));
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @Override
    public void close() {
        commands.forEach(LocalProcess::close);
        running.values().forEach(LocalProcess::close);
        members.close();
    }
}
