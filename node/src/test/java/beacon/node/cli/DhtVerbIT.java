package beacon.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.libp2p.Limits;
import beacon.dht.node.DhtConfig;
import beacon.dht.node.DhtNode;
import beacon.dht.wire.Multiaddr;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code beacon dht} with a small network on the loopback. */
class DhtVerbIT {
    private static final String CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
    private static final int NODES = 6;
    private static final List<DhtNode> NETWORK = new ArrayList<>();

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        for (int i = 0; i < NODES; i++) {
            List<KadPeer> bootstrap =
                    NETWORK.isEmpty() ? List.of() : List.of(NETWORK.get(0).self());
            NETWORK.add(DhtNode.start(new DhtConfig(
                    Optional.empty(),
                    List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")),
                    Limits.forLoopback(),
                    KadConfig.server(KadConfig.BEACON, bootstrap),
                    DhtConfig.Upkeep.DEFAULT,
                    "beacon-test")));
        }
        NETWORK.forEach(node -> node.joined().orTimeout(60, TimeUnit.SECONDS).join());
    }

    @AfterAll
    static void stop() {
        NETWORK.forEach(DhtNode::close);
    }

    private static String address() {
        KadPeer first = NETWORK.get(0).self();
        return first.addresses().get(0).withPeer(first.id()).toString();
    }

    private JsonObject json(String... arguments) {
        CommandRun run = run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("dht"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("-o", "json", "--bootstrap", address()));
        return CommandRun.of(directory, all.toArray(String[]::new));
    }

    @Test
    void listsThePeersThatANewcomerFinds() {
        CommandRun run = run("peers");

        JsonArray peers = JsonParser.parseString(run.out()).getAsJsonArray();
        assertThat(peers).hasSize(NODES);
        assertThat(run.out()).contains(NETWORK.get(3).host().id().toString());
    }

    @Test
    void findsTheClosestPeersOfAnyKey() {
        assertThat(json("closest", "hex:00ff").getAsJsonArray("peers")).hasSize(NODES);
        assertThat(json("closest", CID).getAsJsonObject("messages").get("sent").getAsInt())
                .isGreaterThanOrEqualTo(NODES);
    }

    @Test
    void announcesAndFindsProviders() {
        JsonObject provided = json("provide", CID);
        JsonObject found = json("find-providers", CID, "--count", "1");
        CommandRun none = run("find-providers", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPwdT");

        assertThat(provided.get("stored").getAsInt()).isEqualTo(NODES);
        assertThat(found.getAsJsonArray("providers")).hasSize(1);
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains("NOT_FOUND");
    }

    @Test
    void pingsByAddressAndByName() {
        String name = NETWORK.get(4).host().id().toString();

        assertThat(json("ping", address(), "--count", "3").getAsJsonArray("rttMs"))
                .hasSize(3);
        assertThat(json("ping", name).get("peerId").getAsString()).isEqualTo(name);
    }

    @Test
    void putsAndGetsValues() {
        assertThat(json("put", "greeting", "hello").get("stored").getAsInt()).isEqualTo(NODES);
        assertThat(json("get", "/test/greeting").get("value").getAsString()).isEqualTo("hello");
        assertThat(run("get", "nothing").exitCode()).isEqualTo(1);
    }

    @Test
    void saysWhyWhenNobodyAnswers() {
        CommandRun nobody = CommandRun.of(
                directory,
                "dht",
                "peers",
                "--timeout",
                "20",
                "--bootstrap",
                "/ip4/127.0.0.1/tcp/1/p2p/" + NETWORK.get(0).host().id());
        CommandRun otherNetwork = run("peers", "--kad", "/other/kad/1.0.0");

        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.err()).startsWith("beacon: UNREACHABLE: ").contains("--bootstrap");
        assertThat(otherNetwork.exitCode()).isEqualTo(1);
    }

    @Test
    void theShellAnswersEachLineWithOneLine() {
        String name = NETWORK.get(2).host().id().toString();
        String input = String.join(
                "\n",
                "connect " + address(),
                "ping " + address() + " 2",
                "identify " + address(),
                "provide " + CID,
                "findProviders " + CID + " 1",
                "getClosestPeers anything at all",
                "findPeer " + name,
                "put k some value",
                "get k",
                "peers",
                "table",
                "refresh",
                "stats",
                "nonsense",
                "ping",
                "disconnect " + name,
                "exit",
                "table");

        CommandRun run =
                CommandRun.of(directory, input, new String[] {"dht", "shell", "--bootstrap", address(), "--k", "4"});

        List<JsonObject> lines = run.out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        JsonObject ready = lines.get(0);
        assertThat(ready.get("event").getAsString()).isEqualTo("ready");
        assertThat(ready.keySet()).contains("peerId", "addrs", "pid");
        assertThat(lines).hasSize(18);
        for (int n = 1; n < lines.size(); n++) {
            JsonObject line = lines.get(n);
            assertThat(line.get("n").getAsInt()).isEqualTo(n);
            assertThat(line.get("ok").getAsBoolean()).as(line.toString()).isEqualTo(n != 14 && n != 15);
            assertThat(line.has(n == 14 || n == 15 ? "error" : "result")).isTrue();
            assertThat(line.keySet()).contains("cmd", "ms");
        }
        assertThat(result(lines, 2).getAsJsonArray("rttMs")).hasSize(2);
        assertThat(result(lines, 3).keySet()).contains("agent", "protocols", "listenAddrs", "observedAddr");
        assertThat(result(lines, 4).getAsJsonObject("messages").keySet()).contains("sent", "answered", "failed");
        assertThat(result(lines, 5).getAsJsonArray("providers")).hasSize(1);
        assertThat(result(lines, 6).getAsJsonArray("peers")).hasSize(4);
        assertThat(result(lines, 7).get("id").getAsString()).isEqualTo(name);
        assertThat(result(lines, 9).get("value").getAsString()).isEqualTo("some value");
        assertThat(result(lines, 11).get("size").getAsInt()).isPositive();
        assertThat(result(lines, 13).keySet()).contains("memory", "cpuMs");
        assertThat(run.exitCode()).isZero();
    }

    private static JsonObject result(List<JsonObject> lines, int n) {
        return lines.get(n).getAsJsonObject("result");
    }

    @Test
    void aShellOfSeveralNodesIsANetworkOfItsOwn() {
        CommandRun run = CommandRun.of(
                directory,
                "@1 provide " + CID + "\n@2 findProviders " + CID + " 1\n@3 table\n",
                new String[] {"dht", "shell", "--nodes", "3", "--http", "127.0.0.1:0"});

        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(6);
        String second = JsonParser.parseString(lines.get(1))
                .getAsJsonObject()
                .get("peerId")
                .getAsString();
        assertThat(lines.get(4)).contains(second);
        assertThat(lines.get(5)).contains("\"ok\":false", "expected a node of 0 to 2");
    }
}
