package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import beacon.node.process.FreePorts;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code beacon dht} with the class path that the launcher gives it: nothing it needs is missing there. */
class DhtCliIT {
    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path UNPACKED = Path.of("target", "launcher", "dht");
    private static final String CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

    @TempDir
    Path directory;

    private final List<Shell> shells = new ArrayList<>();

    @BeforeEach
    void needsWhatThePackageIsMadeOf() {
        assumeTrue(Files.isDirectory(UNPACKED), "no " + UNPACKED + ": package first");
    }

    @AfterEach
    void stop() {
        shells.forEach(Shell::close);
    }

    private ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                CLASSES.toAbsolutePath() + ":" + UNPACKED.toAbsolutePath(),
                DhtCli.class.getName(),
                "dht"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(directory.toFile());
    }

    private Shell shell(String... arguments) throws IOException {
        Shell shell = new Shell(command(arguments)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        shells.add(shell);
        shell.ready();
        return shell;
    }

    private record Shell(Process process, BufferedReader answers, BufferedWriter commands, List<JsonObject> said) {
        Shell(Process process) {
            this(
                    process,
                    process.inputReader(StandardCharsets.UTF_8),
                    process.outputWriter(StandardCharsets.UTF_8),
                    new ArrayList<>());
        }

        private JsonObject line() throws IOException {
            return JsonParser.parseString(answers.readLine()).getAsJsonObject();
        }

        void ready() throws IOException {
            said.add(line());
        }

        String id() {
            return said.get(0).get("peerId").getAsString();
        }

        String address() {
            return said.get(0).getAsJsonArray("addrs").get(0).getAsString();
        }

        JsonObject ask(String command) throws IOException {
            commands.write(command + "\n");
            commands.flush();
            return line();
        }

        void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void answersEveryCommandOfTheShell() throws Exception {
        int port = FreePorts.find(1, new Random()).get(0);
        Shell first = shell("shell", "--dir", "first", "--http", "127.0.0.1:" + port);
        Shell second = shell("shell", "--bootstrap", first.address());

        List<String> commands = List.of(
                "connect " + first.address(),
                "ping " + first.id() + " 3",
                "identify " + first.id(),
                "provide " + CID,
                "findProviders " + CID,
                "getClosestPeers " + CID,
                "findPeer " + first.id(),
                "put greeting hello",
                "get greeting",
                "peers",
                "table",
                "refresh",
                "stats");
        for (String command : commands) {
            JsonObject answer = second.ask(command);

            assertThat(answer.get("ok").getAsBoolean()).as("%s", answer).isTrue();
        }
        JsonObject wrong = second.ask("ping /ip4/127.0.0.1/tcp/9");
        JsonObject gone = second.ask("disconnect " + first.id());
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();

        assertThat(wrong.get("ok").getAsBoolean()).isFalse();
        assertThat(gone.get("ok").getAsBoolean()).as("%s", gone).isTrue();
        assertThat(metrics).contains("beacon_dht_");
        first.ask("stats");
        first.commands().write("exit\n");
        first.commands().flush();
        assertThat(first.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("first")).isNotEmptyDirectory();
    }

    private String errorOf(int exitCode, String... arguments) throws Exception {
        Process process = command(arguments).start();
        shells.add(new Shell(process));
        String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(error).isEqualTo(exitCode);
        return error;
    }

    @Test
    void saysWhatIsWrongAsTheWholeCommandLineDoes() throws Exception {
        Files.createFile(directory.resolve("file"));

        assertThat(errorOf(2, "shell", "--k", "0")).contains("USAGE").contains("--k of 1 to 256");
        assertThat(errorOf(2)).contains("expected peers");
        assertThat(errorOf(1, "shell", "--dir", "file")).contains("INPUT_OUTPUT");
        assertThat(errorOf(
                        1,
                        "peers",
                        "--bootstrap",
                        "/ip4/127.0.0.1/tcp/9/p2p/12D3KooWJ1jHPb8MrVn6BiSTbW5VEmyhyAPhDFZaBV4uUoXTx1nF"))
                .contains("UNREACHABLE");
    }

    @Test
    void asksForOneAnswerAndHelps() throws Exception {
        Shell peer = shell("shell");
        Process ping = command("ping", peer.address(), "-o", "json").start();
        Process help = command("--help").start();

        assertThat(new String(ping.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("rttMs");
        assertThat(ping.waitFor()).isZero();
        assertThat(new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("find-providers");
        assertThat(help.waitFor()).isZero();
    }
}
