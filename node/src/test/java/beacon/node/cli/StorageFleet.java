package beacon.node.cli;

import beacon.index.tls.TlsFiles;
import beacon.node.process.FreePorts;
import beacon.node.process.JavaCommand;
import beacon.node.process.LocalProcess;
import beacon.node.process.MemberCluster;
import beacon.node.process.Places;
import beacon.proto.grpc.PeerIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Storage nodes as processes of their own, numbered from 1, beside the members of an index. */
final class StorageFleet implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final List<String> JVM = List.of(
            "-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss256k", "-XX:MaxDirectMemorySize=64m");

    private final Path directory;
    private final MemberCluster members;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Integer> httpPorts;
    private final Map<Integer, LocalProcess> running = new TreeMap<>();

    private final String more;
    private final Places places;

    StorageFleet(Path directory, MemberCluster members, int size) throws IOException {
        this(directory, members, size, "");
    }

    /**
     * Writes their configurations.
     *
     * @param more lines of each
     */
    StorageFleet(Path directory, MemberCluster members, int size, String more) throws IOException {
        this(directory, members, size, more, Places.LOOPBACK);
    }

    /** The same with processes that run elsewhere: as s1, s2, … */
    StorageFleet(Path directory, MemberCluster members, int size, String more, Places places) throws IOException {
        this.places = places;
        this.more = more;
        this.directory = directory;
        this.members = members;
        this.httpPorts = FreePorts.find(size, new Random());
        for (int number = 1; number <= size; number++) {
            members.issue(PeerIdentity.Kind.MEMBER, name(number));
            writeConfig(number);
        }
    }

    private static String name(int number) {
        return "s" + number;
    }

    private void writeConfig(int number) throws IOException {
        TlsFiles tls = TlsFiles.in(directory.resolve("members").resolve("tls").resolve(name(number)));
        Files.createDirectories(home(number));
        Files.writeString(home(number).resolve("beacon.yaml"), """
            role: storage
            storage: {data: data, listen: "%s:0", domain: "rack-%d/%s", capacity: 4GiB}
            index: {endpoints: "%s"}
            http: {listen: "%s:%d"}
            tls: {ca: "%s", certificate: "%s", key: "%s"}
            log: {format: text}
            %s
            """.formatted(
                        places.host(name(number)),
                        number % 7,
                        name(number),
                        String.join(",", members.endpoints()),
                        places.host(name(number)),
                        httpPorts.get(number - 1),
                        tls.ca(),
                        tls.certificate(),
                        tls.key(),
                        more));
    }

    Path home(int number) {
        return directory.resolve("storage-" + name(number));
    }

    void start(int number) {
        ProcessBuilder command = JavaCommand.of(
                BeaconCli.class,
                JVM,
                List.of("node", "--config", home(number).resolve("beacon.yaml").toString()));
        command.command().addAll(0, places.launcher(name(number)));
        running.put(number, LocalProcess.start(name(number), command, log(number)));
    }

    void startAll() {
        for (int number = 1; number <= httpPorts.size(); number++) {
            start(number);
        }
        for (int number = 1; number <= httpPorts.size(); number++) {
            awaitReady(number);
        }
    }

    void awaitReady(int number) {
        MemberCluster.await("storage node " + number + " to be ready", START, () -> {
            if (!running.get(number).isAlive()) {
                throw new IllegalStateException(running.get(number).logTail());
            }
            return get(number, "/readyz").startsWith("200 ");
        });
    }

    /** Status and body of a page; empty when nobody answers. */
    String get(int number, String page) {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://%s:%d%s"
                                    .formatted(places.host(name(number)), httpPorts.get(number - 1), page)))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    LocalProcess process(int number) {
        return running.get(number);
    }

    /** Has every node print what its threads do into its log file. */
    void dumpThreads() throws IOException {
        for (LocalProcess process : running.values()) {
            new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).start();
        }
    }

    boolean hasDumpedThreads(int number) {
        try {
            return Files.readString(log(number)).contains("Full thread dump");
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read " + log(number), e);
        }
    }

    Path log(int number) {
        return directory.resolve(name(number) + ".log");
    }

    /** SIGKILL. */
    void kill(int number) {
        running.get(number).kill();
    }

    @Override
    public void close() {
        running.values().forEach(LocalProcess::close);
    }
}
