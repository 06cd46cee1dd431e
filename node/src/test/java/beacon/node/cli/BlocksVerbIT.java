package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.node.process.JavaCommand;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code beacon blocks}, with a server in a process of its own. */
class BlocksVerbIT {
    private static final int FILE_BYTES = 5_000_000;
    private static final int BLOCKS = 20;
    private static final String ANOTHER_PEER = "12D3KooWJ1AqsSA5WdRCVziUyC1DWk8iBWCRrHYwzE7VszS7Dt58";
    private static final String MISSING = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

    @TempDir
    Path directory;

    private final List<Process> servers = new ArrayList<>();
    private List<String> cids = List.of();

    @BeforeEach
    void addAFile() throws IOException {
        byte[] content = new byte[FILE_BYTES];
        new Random(5).nextBytes(content);
        Files.write(directory.resolve("file"), content);
        CommandRun added = run("add", "file", "--store", "server");
        assertThat(added.exitCode()).as(added.err()).isZero();
        cids = added.out().lines().toList();
        assertThat(cids).hasSize(BLOCKS);
    }

    @AfterEach
    void stopServers() throws InterruptedException {
        for (Process server : servers) {
            server.destroy();
            assertThat(server.waitFor(30, TimeUnit.SECONDS)).as("stopped").isTrue();
        }
    }

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("blocks"));
        all.addAll(List.of(arguments));
        return CommandRun.of(directory, all.toArray(String[]::new));
    }

    private JsonObject json(CommandRun run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    /** Starts {@code beacon blocks serve} and returns its ready line. */
    private JsonObject serve(String... arguments) {
        List<String> all = new ArrayList<>(List.of("blocks", "serve"));
        all.addAll(List.of(arguments));
        try {
            Process process = JavaCommand.of(BeaconCli.class, List.of("-Xmx256m"), all)
                    .directory(directory.toFile())
                    .redirectError(directory.resolve("serve.log").toFile())
                    .start();
            servers.add(process);
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String ready = lines.readLine();
            assertThat(ready).as("ready line").isNotNull();
            return JsonParser.parseString(ready).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void servesBlocksThatAnotherProcessFetches() throws IOException {
        JsonObject ready = serve("--store", "server");
        assertThat(ready.get("event").getAsString()).isEqualTo("ready");
        assertThat(ready.get("pid").getAsLong()).isEqualTo(servers.get(0).pid());
        String address = ready.getAsJsonArray("addrs").get(0).getAsString();
        assertThat(address).endsWith("/p2p/" + ready.get("peerId").getAsString());
        Files.write(directory.resolve("cids"), cids);

        JsonObject fetched = json(run("fetch", "--store", "client", "--from", address, "--cids", "cids", "-o", "json"));
        JsonObject again = json(run("fetch", "--store", "client", "--from", address, cids.get(0), "-o", "json"));
        CommandRun missing = run("fetch", "--store", "client", "--from", address, MISSING, cids.get(1), "-o", "json");
        JsonObject stat = json(run("stat", "--store", "client", "-o", "json"));

        assertThat(fetched.get("fetched").getAsInt()).isEqualTo(BLOCKS);
        assertThat(fetched.get("bytes").getAsInt()).isEqualTo(FILE_BYTES);
        assertThat(again.get("stored_already").getAsInt()).isEqualTo(1);
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.out()).contains("\"failed\":{\"NOT_FOUND\":1}");
        assertThat(missing.err()).contains("NOT_FETCHED");
        assertThat(stat.get("blocks").getAsInt()).isEqualTo(BLOCKS);
        assertThat(stat.get("bytes").getAsInt()).isEqualTo(FILE_BYTES);
    }

    @Test
    void aServerKeepsItsNameAndItsStoreToItself() throws InterruptedException {
        JsonObject first = serve("--store", "server");

        CommandRun meanwhile = run("stat", "--store", "server");
        servers.get(0).destroy();
        assertThat(servers.get(0).waitFor(30, TimeUnit.SECONDS)).isTrue();
        JsonObject second = serve("--store", "server");

        assertThat(meanwhile.exitCode()).isEqualTo(1);
        assertThat(meanwhile.err()).startsWith("beacon: IN_USE: ").contains("stop the process");
        assertThat(second.get("peerId")).isEqualTo(first.get("peerId"));
    }

    @Test
    void placesBlocksOnAnotherProcessAgainstReceiptsThatAnybodyCanCheck() throws Exception {
        String placer = json(run("id", "--store", "server", "-o", "json"))
                .get("peer_id")
                .getAsString();
        JsonObject ready = serve("--store", "target", "--allow", placer, "--http", "127.0.0.1:0");
        String address = ready.getAsJsonArray("addrs").get(0).getAsString();

        CommandRun placed =
                run("place", "--store", "server", "--to", address, cids.get(0), MISSING, cids.get(1), "-o", "json");
        CommandRun again = run("place", "--store", "server", "--to", address, cids.get(0));
        List<JsonObject> rows = placed.out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        String receipt = rows.get(0).get("receipt").getAsString();
        JsonObject checked = json(run("receipt", receipt, "-o", "json"));
        CommandRun forged = run("receipt", receipt.substring(0, 40) + "AAAA" + receipt.substring(44));
        String metrics = metrics(ready.get("http").getAsInt());

        assertThat(placed.exitCode()).isEqualTo(1);
        assertThat(placed.err()).contains("NOT_PLACED", "found 2");
        assertThat(rows).hasSize(3);
        assertThat(rows.get(1).get("refused").getAsString()).isEqualTo("MISSING");
        assertThat(checked.get("cid").getAsString()).isEqualTo(cids.get(0));
        assertThat(checked.get("bytes").getAsInt()).isEqualTo(256 << 10);
        assertThat(checked.get("storer")).isEqualTo(ready.get("peerId"));
        assertThat(forged.exitCode()).isEqualTo(1);
        assertThat(forged.err()).startsWith("beacon: NOT_PROVEN: ");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(again.out()).startsWith(cids.get(0) + " ");
        assertThat(metrics).contains("beacon_blocks_stored 2.0", "beacon_placement_blocks_total 3.0");
    }

    private static String metrics(int port) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + port + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void saysHowToBeAllowedWhenAPeerMayNotPlace() {
        JsonObject ready = serve("--store", "target", "--allow", ANOTHER_PEER);
        String address = ready.getAsJsonArray("addrs").get(0).getAsString();

        CommandRun refused = run("place", "--store", "server", "--to", address, cids.get(0));
        String placer = json(run("id", "--store", "server", "-o", "json"))
                .get("peer_id")
                .getAsString();

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out()).contains(cids.get(0) + " NOT_AUTHORISED");
        assertThat(refused.err()).startsWith("beacon: NOT_PLACED: ").contains("--allow " + placer);
    }

    @Test
    void findsCorruptAndMissingBlocks() throws IOException {
        CommandRun good = run("verify", "--store", "server", cids.get(0), cids.get(1));
        JsonObject scrubbed = json(run("scrub", "--store", "server", "-o", "json"));
        corrupt(cids.get(3));
        corrupt(cids.get(4));

        CommandRun verified = run("verify", "--store", "server", cids.get(3), MISSING, cids.get(5));
        CommandRun scrub = run("scrub", "--store", "server", "--rate", "100000000", "-o", "json");
        JsonObject after = json(run("scrub", "--store", "server", "-o", "json"));

        assertThat(good.exitCode()).as(good.err()).isZero();
        assertThat(scrubbed.get("checked_blocks").getAsInt()).isGreaterThanOrEqualTo(BLOCKS);
        assertThat(scrubbed.getAsJsonArray("corrupt")).isEmpty();
        assertThat(verified.exitCode()).isEqualTo(1);
        assertThat(verified.out()).contains(cids.get(3) + " corrupt", MISSING + " missing", cids.get(5) + " good");
        assertThat(scrub.exitCode()).isEqualTo(1);
        assertThat(scrub.out()).contains(cids.get(4)).doesNotContain(cids.get(5));
        assertThat(after.get("checked_blocks").getAsInt()).isGreaterThanOrEqualTo(BLOCKS - 2);
    }

    private void corrupt(String cid) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("server/blocks"))) {
            Path file = files.filter(path -> path.getFileName().toString().equals(cid))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        }
    }

    @Test
    void aPeerThatIsNotThereIsReported() {
        CommandRun run = run(
                "fetch",
                "--store",
                "client",
                "--from",
                "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWJ1AqsSA5WdRCVziUyC1DWk8iBWCRrHYwzE7VszS7Dt58",
                cids.get(0));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("beacon: NOT_FETCHED: ");
    }
}
