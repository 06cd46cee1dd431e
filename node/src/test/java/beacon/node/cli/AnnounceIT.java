package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.model.Cid;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.FleetNode;
import beacon.node.process.MemberCluster;
import beacon.proto.v1.ResolveRequest;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Promise 6: whoever knows only the DHT finds what is pinned, on the nodes that the log names. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AnnounceIT {
    private static final int NODES = 7;
    private static final String KAD = "/test/kad/1.0.0";
    private static final String NAME = "ucxl://any:any@demo:announce/*^/small";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path directory;

    private static LogCustodians world;
    private static StorageFleet fleet;
    private static BeaconClient client;
    private static Cid manifest;

    @BeforeAll
    static void start() throws Exception {
        world = new LogCustodians(
                directory,
                3,
                new MemberCluster.Options(
                        BeaconCli.class,
                        1,
                        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                        Map.of("steward.beat", "200ms", "steward.pulse-beats", "5", "steward.bar-beats", "20"),
                        PATIENCE));
        fleet = new StorageFleet(directory, world.members, NODES, "dht: {protocol: %s}".formatted(KAD));
        fleet.startAll();
        client = world.members.operator(PATIENCE);
        Files.writeString(directory.resolve("small"), "a small file");
        must("key", "ceremony", "--custodian", world.endpoints(1, 2, 3), "--key", "org.key");
        must("key", "activate", "--key", "org.key");
        must("put", "small", NAME);
        manifest = Cid.of(BeaconClient.await(client.resolve(
                        ResolveRequest.newBuilder().setAddress(NAME).build()))
                .getPointer()
                .getCid());
    }

    @AfterAll
    static void stop() {
        client.close();
        fleet.close();
        world.close();
    }

    private static CommandRun must(String... arguments) {
        CommandRun run = world.run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    /** The nodes that the projection names for the manifest, with the addresses that the log has now. */
    private static Map<String, String> named() {
        Catalogue catalogue = new Catalogue(client, PATIENCE);
        List<PeerId> copies = catalogue.pin(manifest).orElseThrow().groups().get(0).columns().stream()
                .flatMap(Optional::stream)
                .toList();
        return catalogue.nodes().stream()
                .filter(node -> copies.contains(node.id()))
                .collect(Collectors.toMap(
                        node -> node.id().toString(),
                        node -> node.addresses().get(0).toString(),
                        (one, other) -> one,
                        TreeMap::new));
    }

    /** What a client of the DHT is told, starting from a node that has no copy. */
    private static Map<String, String> found() {
        Map<String, String> named = named();
        FleetNode other = new Catalogue(client, PATIENCE)
                .nodes().stream()
                        .filter(node -> !named.containsKey(node.id().toString()))
                        .findFirst()
                        .orElseThrow();
        CommandRun run = world.run(
                "dht",
                "find-providers",
                manifest.toString(),
                "--kad",
                KAD,
                "--bootstrap",
                other.addresses().get(0).withPeer(other.id()).toString(),
                "-o",
                "json");
        Map<String, String> found = new TreeMap<>();
        if (run.exitCode() == 0) {
            for (JsonElement each :
                    JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonArray("providers")) {
                JsonObject provider = each.getAsJsonObject();
                found.put(
                        provider.get("id").getAsString(),
                        provider.getAsJsonArray("addrs").asList().stream()
                                .map(JsonElement::getAsString)
                                .collect(Collectors.joining(",")));
            }
        }
        return found;
    }

    private static void assertServes(String id, String address) {
        must(
                "blocks",
                "fetch",
                manifest.toString(),
                "--store",
                "fetched-" + id + '-' + address.substring(address.lastIndexOf('/') + 1),
                "--from",
                address + "/p2p/" + id);
    }

    private static int numberOf(String id) {
        return new Catalogue(client, PATIENCE)
                .nodes().stream()
                        .filter(node -> node.id().toString().equals(id))
                        .mapToInt(node -> Integer.parseInt(node.failureDomain()
                                .substring(node.failureDomain().lastIndexOf("/s") + 2)))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    @Order(1)
    void whatIsPutIsFoundInTheDhtOnTheNodesThatTheProjectionNamesAndTheyServeIt() {
        Map<String, String> named = named();
        assertThat(named).hasSize(5);

        MemberCluster.await("providers as the log names them", PATIENCE, () -> found().equals(named));

        named.forEach(AnnounceIT::assertServes);
        for (int number = 1; number <= NODES; number++) {
            assertThat(fleet.get(number, "/metrics"))
                    .contains("beacon_announce_hears_log 1.0", "beacon_announce_absent 0.0");
        }
        int holder = numberOf(named.keySet().iterator().next());
        assertThat(fleet.get(holder, "/metrics"))
                .contains("beacon_dht_contents 1.0")
                .containsPattern("beacon_dht_smallest_margin_seconds 17[0-9]{4}");
    }

    @Test
    @Order(2)
    void theGateAsksEveryNodeForItsMargin() {
        assertThat(gate("24h")).isEqualTo("holds");
        assertThat(gate("49h")).isEqualTo("fails");
    }

    private static String gate(String margin) {
        CommandRun run = world.run("slo", "check", "--provider-margin", margin, "-o", "json");
        List<String> outcomes = new ArrayList<>();
        JsonParser.parseString(run.out())
                .getAsJsonObject()
                .getAsJsonArray("checks")
                .forEach(each -> {
                    JsonObject check = each.getAsJsonObject();
                    if (check.get("check").getAsString().equals("providers")) {
                        outcomes.add(check.get("outcome").getAsString());
                    }
                });
        return String.join(",", outcomes);
    }

    @Test
    @Order(3)
    void aNodeThatWasKilledAndIsElsewhereNowStillAnnouncesWhatIsPinnedOnIt() {
        Map<String, String> before = named();
        String victim = before.keySet().iterator().next();
        int number = numberOf(victim);

        fleet.kill(number);
        fleet.start(number);
        fleet.awaitReady(number);

        Map<String, String> after = named();
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after.get(victim)).as("its port is another one").isNotEqualTo(before.get(victim));
        MemberCluster.await("the node at its new address", PATIENCE, () -> found().equals(after));
        assertServes(victim, after.get(victim));
        MemberCluster.await("a good margin", PATIENCE, () -> gate("24h").equals("holds"));
    }
}
