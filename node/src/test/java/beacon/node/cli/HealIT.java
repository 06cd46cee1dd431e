package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.tls.TlsFiles;
import beacon.model.Cid;
import beacon.node.artifacts.BlockNames;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.FleetClient;
import beacon.node.artifacts.Pin;
import beacon.node.introduction.Credentials;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.ResolveRequest;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Promise 5: what was lost is brought back, without a key, by whichever member leads. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HealIT {
    private static final int NODES = 10;
    private static final String CODE = "4+3";
    private static final String LARGE = "ucxl://any:any@demo:heal/*^/large";
    private static final String SMALL = "ucxl://any:any@demo:heal/*^/small";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Beats of a fifth of a second, decisions every second, no patience with nodes that are down. */
    private static final Map<String, String> QUICK = Map.of(
            "steward.beat", "200ms",
            "steward.pulse-beats", "5",
            "steward.bar-beats", "20",
            "steward.ping", "500ms",
            "steward.grace", "1ms");

    @TempDir
    static Path directory;

    private static LogCustodians world;
    private static StorageFleet fleet;
    private static final byte[] LARGE_BYTES = new byte[20 << 20];

    @BeforeAll
    static void start() throws Exception {
        world = new LogCustodians(
                directory,
                3,
                new MemberCluster.Options(BeaconCli.class, 3, List.of("-Xmx384m"), QUICK, Duration.ofSeconds(60)));
        fleet = new StorageFleet(directory, world.members, NODES);
        fleet.startAll();
        new Random(7).nextBytes(LARGE_BYTES);
        Files.write(directory.resolve("large"), LARGE_BYTES);
        Files.writeString(directory.resolve("small"), "a small file");
        must("key", "ceremony", "--custodian", world.endpoints(1, 2, 3), "--key", "org.key");
        must("key", "activate", "--key", "org.key");
        must("put", "large", LARGE, "--code", CODE);
        must("put", "small", SMALL);
    }

    @AfterAll
    static void stop() {
        fleet.close();
        world.close();
    }

    private static CommandRun must(String... arguments) {
        CommandRun run = world.run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private static JsonArray rows(String... arguments) {
        return JsonParser.parseString(must(arguments).out()).getAsJsonArray();
    }

    private static int endangered() {
        return rows("repair", "ls", "-o", "json").size();
    }

    private static int nodesThatAre(String condition) {
        return rows("nodes", "ls", "--condition", condition, "-o", "json").size();
    }

    /** Names of the objectives that are not met. */
    private static Set<String> objectives() {
        CommandRun run = world.run("slo", "check", "--key", "org.key", "--audit-age", "2m", "-o", "json");
        JsonObject said = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(run.exitCode()).isEqualTo(said.get("ok").getAsBoolean() ? 0 : 1);
        Set<String> failed = new TreeSet<>();
        said.getAsJsonArray("checks").forEach(each -> {
            JsonObject check = each.getAsJsonObject();
            if (check.get("outcome").getAsString().equals("fails")) {
                failed.add(check.get("check").getAsString());
            }
        });
        return failed;
    }

    private static double reliability(int number) {
        return rows("nodes", "ls", "-o", "json").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(row -> row.get("failure_domain").getAsString().endsWith("/s" + number))
                .mapToDouble(row -> row.get("reliability").getAsDouble())
                .sum();
    }

    private static void awaitWhole() {
        MemberCluster.await("everything to be whole", PATIENCE, () -> endangered() == 0);
    }

    @Test
    @Order(1)
    void lossesAreHealedOverAndOverAndWhoeverLeads() {
        assertThat(endangered()).isZero();

        // More nodes in all than may be lost, but never at once.
        for (List<Integer> victims : List.of(List.of(1, 2), List.of(3))) {
            victims.forEach(fleet::kill);
            int down = victims.get(0) == 1 ? 2 : 3;
            MemberCluster.await("nodes to be seen down", PATIENCE, () -> nodesThatAre("down") == down);
            awaitWhole();
            MemberCluster.await("all objectives", PATIENCE, () -> objectives().isEmpty());
            String leader = world.members.awaitLeader(world.members.ids());
            world.members.kill(leader);
            assertThat(objectives()).contains("members");
            world.members.start(leader);
            world.members.awaitReady(leader);
        }
        must("get", LARGE, "--out", "large.back");

        assertThat(directory.resolve("large.back")).hasBinaryContent(LARGE_BYTES);
        assertThat(must("get", SMALL).out()).isEqualTo("a small file");
        assertThat(must("replay", "-o", "json").out()).contains("shard_moved", "\"heal-", "steward");
    }

    @Test
    @Order(2)
    void whatRotsOrIsGoneFromADiskIsFoundByAuditsNamedAndMadeAgain() throws IOException {
        List<Path> rotten = blocksOn(4);
        List<Path> gone = blocksOn(5);
        for (Path block : rotten.subList(0, 2 + rotten.size() / 20)) {
            flip(block);
        }
        for (Path block : gone) {
            Files.delete(block);
        }

        MemberCluster.await("faults on two nodes", PATIENCE, () -> faultyNodes().size() == 2);
        awaitWhole();
        MemberCluster.await(
                "all blocks of two nodes",
                PATIENCE,
                () -> lost(LARGE).isEmpty() && lost(SMALL).isEmpty());

        assertThat(reliability(5)).isLessThan(1);
        assertThat(must("replay", "-o", "json", "--type", "nodes_audited").out())
                .contains("missing");
        must("get", LARGE, "--out", "large.again");
        assertThat(directory.resolve("large.again")).hasBinaryContent(LARGE_BYTES);
    }

    private static List<Path> blocksOn(int number) throws IOException {
        try (Stream<Path> files = Files.walk(fleet.home(number).resolve("data/blocks"))) {
            return files.filter(file -> file.toFile().length() > 100_000).toList();
        }
    }

    private static void flip(Path block) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(block.toFile(), "rw")) {
            file.seek(file.length() / 2);
            int before = file.read();
            file.seek(file.length() / 2);
            file.write(before ^ 1);
        }
    }

    /** Nodes of which the log has faults. */
    private static Set<String> faultyNodes() {
        Set<String> nodes = new TreeSet<>();
        must("replay", "-o", "json", "--type", "shard_faulted")
                .out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .forEach(event ->
                        nodes.add(event.getAsJsonObject("event").get("node_id").getAsString()));
        return nodes;
    }

    /** Blocks of an artifact that are not where the log says. */
    private static List<Cid> lost(String name) {
        List<Cid> lost = new ArrayList<>();
        try (BeaconClient client = world.members.operator(PATIENCE);
                FleetClient peers =
                        FleetClient.open(Credentials.read(TlsFiles.in(world.tls("operator"))), PATIENCE, "heal-it")) {
            Catalogue catalogue = new Catalogue(client, PATIENCE);
            peers.know(catalogue.nodes());
            Cid manifest = Cid.of(BeaconClient.await(client.resolve(
                            ResolveRequest.newBuilder().setAddress(name).build()))
                    .getPointer()
                    .getCid());
            Pin pin = catalogue.pin(manifest).orElseThrow();
            List<PeerId> copies = pin.groups().get(0).columns().stream()
                    .flatMap(Optional::stream)
                    .toList();
            BlockNames names = new BlockNames(peers);
            for (int group = 0; group < pin.groups().size(); group++) {
                List<Optional<PeerId>> columns = pin.groups().get(group).columns();
                for (int column = 0; column < columns.size(); column++) {
                    PeerId node = columns.get(column).orElseThrow();
                    for (Cid block : names.column(manifest, group, column, copies)) {
                        if (!peers.shows(node, block).join()) {
                            lost.add(block);
                        }
                    }
                }
            }
        }
        return lost;
    }
}
