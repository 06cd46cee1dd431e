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
    private static final Duration PATIENCE = HealingCluster.PATIENCE;

    @TempDir
    static Path directory;

    private static HealingCluster cluster;
    private static LogCustodians world;
    private static StorageFleet fleet;
    private static final byte[] LARGE_BYTES = new byte[20 << 20];

    @BeforeAll
    static void start() throws Exception {
        cluster = new HealingCluster(
                directory,
                NODES,
                Map.of(),
                "scrub: {pass: 5s}",
                List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        world = cluster.world;
        fleet = cluster.fleet;
        new Random(7).nextBytes(LARGE_BYTES);
        Files.write(directory.resolve("large"), LARGE_BYTES);
        Files.writeString(directory.resolve("small"), "a small file");
        cluster.must("put", "large", LARGE, "--code", CODE);
        cluster.must("put", "small", SMALL);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    @Order(1)
    void lossesAreHealedOverAndOverAndWhoeverLeads() {
        assertThat(cluster.endangered()).isZero();

        // More nodes in all than may be lost, but never at once.
        for (List<Integer> victims : List.of(List.of(1, 2), List.of(3))) {
            victims.forEach(fleet::kill);
            int down = victims.get(0) == 1 ? 2 : 3;
            MemberCluster.await("nodes to be seen down", PATIENCE, () -> cluster.nodesThatAre("down") == down);
            cluster.awaitWhole();
            cluster.awaitAllObjectives();
            String leader = world.members.awaitLeader(world.members.ids());
            world.members.kill(leader);
            assertThat(cluster.failedObjectives()).contains("members");
            world.members.start(leader);
            world.members.awaitReady(leader);
        }
        cluster.must("get", LARGE, "--out", "large.back");

        assertThat(directory.resolve("large.back")).hasBinaryContent(LARGE_BYTES);
        assertThat(cluster.must("get", SMALL).out()).isEqualTo("a small file");
        assertThat(cluster.must("replay", "-o", "json").out()).contains("shard_moved", "\"heal-", "steward");
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
        cluster.awaitWhole();
        MemberCluster.await(
                "all blocks of two nodes",
                PATIENCE,
                () -> lost(LARGE).isEmpty() && lost(SMALL).isEmpty());

        assertThat(cluster.node(5).get("reliability").getAsDouble()).isLessThan(1);
        assertThat(cluster.must("replay", "-o", "json", "--type", "nodes_audited")
                        .out())
                .contains("missing");
        cluster.must("get", LARGE, "--out", "large.again");
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
        cluster.must("replay", "-o", "json", "--type", "shard_faulted")
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
