package beacon.node.dht;

import beacon.dht.PeerInfo;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.node.DhtNode;
import beacon.dht.wire.PeerId;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The commands that a node of the line protocol understands, each with its result. Any thread but the node's loop. */
public final class DhtCommands {
    private static final int DEFAULT_PROVIDERS = 20;
    private static final int MAX_PINGS = 10_000;

    private final DhtNode node;

    public DhtCommands(DhtNode node) {
        this.node = node;
    }

    /**
     * Runs one command.
     *
     * @return its result; fails with what the node fails with, and with {@link ShellException} or {@link
     *     beacon.dht.wire.WireException} for a wrong command
     */
    public CompletableFuture<JsonObject> run(String command, Words words) {
        return switch (command) {
            case "connect" -> connect(DhtText.reachable(words.next("MULTIADDR")));
            case "disconnect" -> disconnect(PeerId.parse(words.next("PEERID")));
            case "ping" -> ping(DhtText.reachable(words.next("MULTIADDR or PEERID")), words.count(1, MAX_PINGS));
            case "identify" -> identify(DhtText.reachable(words.next("MULTIADDR or PEERID")));
            case "provide" -> provide(DhtText.content(words.next("CID")));
            case "findProviders" ->
                findProviders(DhtText.content(words.next("CID")), words.count(DEFAULT_PROVIDERS, Integer.MAX_VALUE));
            case "getClosestPeers" -> closest(DhtText.key(words.next("CID, PEERID, hex:BYTES or TEXT")));
            case "findPeer" -> findPeer(PeerId.parse(words.next("PEERID")));
            case "put" -> put(DhtText.recordKey(words.next("KEY")), ByteString.copyFromUtf8(words.rest("VALUE")));
            case "get" -> get(DhtText.recordKey(words.next("KEY")));
            case "peers" -> peers();
            case "table" -> node.ask(() -> DhtJson.of(node.kademlia().table()));
            case "refresh" ->
                node.call(() -> node.kademlia()
                        .refresh()
                        .thenApply(done -> DhtJson.of(node.kademlia().table())));
            case "stats" -> node.metrics().thenApply(ProcessStats::with);
            default -> throw new ShellException("expected a command, but found " + command);
        };
    }

    private CompletionStage<PeerId> connected(KadPeer peer) {
        return node.host().connect(peer.id(), peer.addresses());
    }

    public CompletableFuture<JsonObject> connect(KadPeer peer) {
        return node.call(() -> connected(peer).thenApply(DhtCommands::named));
    }

    private CompletableFuture<JsonObject> disconnect(PeerId peer) {
        return node.call(() -> node.host().disconnect(peer).thenApply(done -> named(peer)));
    }

    private static JsonObject named(PeerId peer) {
        JsonObject object = new JsonObject();
        object.addProperty("peerId", peer.toString());
        return object;
    }

    /** Round trips one after the other. */
    public CompletableFuture<JsonObject> ping(KadPeer peer, int count) {
        JsonArray times = new JsonArray();
        return node.call(() -> connected(peer).thenCompose(id -> pings(id, count, times)))
                .thenApply(done -> {
                    JsonObject object = named(peer.id());
                    object.add("rttMs", times);
                    return object;
                });
    }

    private CompletionStage<JsonArray> pings(PeerId peer, int left, JsonArray times) {
        if (left == 0) {
            return CompletableFuture.completedFuture(times);
        }
        return node.host().ping(peer).thenCompose(time -> {
            times.add(millis(time));
            return pings(peer, left - 1, times);
        });
    }

    static double millis(Duration time) {
        return Math.rint(time.toNanos() / 1e3) / 1e3;
    }

    private CompletableFuture<JsonObject> identify(KadPeer peer) {
        return node.call(() ->
                connected(peer).thenCompose(id -> node.host().identify(id)).thenApply(DhtJson::of));
    }

    public CompletableFuture<JsonObject> provide(ByteString multihash) {
        return node.call(() -> node.service().provide(multihash).thenApply(DhtJson::of));
    }

    public CompletableFuture<JsonObject> findProviders(ByteString multihash, int stopAfter) {
        return node.call(
                () -> node.kademlia().findProviders(multihash, stopAfter).thenApply(DhtJson::of));
    }

    public CompletableFuture<JsonObject> closest(ByteString key) {
        return node.call(() -> node.kademlia().closestPeers(key).thenApply(DhtJson::of));
    }

    private CompletableFuture<JsonObject> findPeer(PeerId peer) {
        return node.call(() -> node.kademlia().findPeer(peer))
                .thenApply(found -> DhtJson.peer(found.orElseThrow(
                        () -> new ShellException("expected somebody to know the peer, but none did"))));
    }

    public CompletableFuture<JsonObject> put(ByteString key, ByteString value) {
        return node.call(() -> node.kademlia().putValue(key, value)).thenApply(stored -> {
            JsonObject object = new JsonObject();
            object.addProperty("stored", stored);
            return object;
        });
    }

    public CompletableFuture<JsonObject> get(ByteString key) {
        return node.call(() -> node.kademlia().getValue(key)).thenApply(found -> {
            JsonObject object = new JsonObject();
            object.add("value", JsonNull.INSTANCE);
            found.ifPresent(value -> object.addProperty("value", value.toStringUtf8()));
            return object;
        });
    }

    private CompletableFuture<JsonObject> peers() {
        return node.ask(() -> {
            List<KadPeer> connected = node.host().connected().stream()
                    .map(id -> new KadPeer(
                            id,
                            node.host()
                                    .peers()
                                    .info(id)
                                    .map(PeerInfo::addresses)
                                    .orElse(List.of())))
                    .toList();
            JsonObject object = new JsonObject();
            object.add("peers", DhtJson.peers(connected));
            return object;
        });
    }
}
