package beacon.node.artifacts;

import beacon.dht.blockstore.BlockHash;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.placement.PlaceOutcome;
import beacon.dht.placement.PlacementRefusal;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Storage nodes that are maps. */
final class FakePeers implements BlockPeers {
    final List<FleetNode> nodes = new ArrayList<>();
    final Map<PeerId, Map<Cid, ByteString>> stored = new ConcurrentHashMap<>();
    /** Nodes that neither take nor give. */
    final Set<PeerId> dead = ConcurrentHashMap.newKeySet();
    /** Nodes that never answer. */
    final Set<PeerId> silent = ConcurrentHashMap.newKeySet();

    /** Nodes without room. */
    final Set<PeerId> full = ConcurrentHashMap.newKeySet();
    /** Nodes that say they took a block and keep nothing. */
    final Set<PeerId> lying = ConcurrentHashMap.newKeySet();

    final AtomicInteger fetches = new AtomicInteger();
    /** Blocks that a node had not, so that they had to be sent. */
    final AtomicInteger travelled = new AtomicInteger();
    /** Asked before each block that is placed, with the number of blocks placed so far; true: the node dies. */
    Predicate<Placing> killing = placing -> false;

    private final AtomicInteger placings = new AtomicInteger();

    record Placing(PeerId node, int number) {}

    FakePeers(int count, int domains) {
        for (int i = 0; i < count; i++) {
            byte[] secret = new byte[32];
            secret[0] = (byte) (i + 1);
            PeerId id = new PeerKeys(secret).peerId();
            nodes.add(new FleetNode(id, List.of(), "domain-" + i % domains, 1_000_000, 1_000_000, true, true));
            stored.put(id, new ConcurrentHashMap<>());
        }
    }

    @Override
    public CompletableFuture<Void> place(PeerId node, Cid cid, ByteString bytes) {
        if (killing.test(new Placing(node, placings.incrementAndGet()))) {
            dead.add(node);
        }
        if (dead.contains(node)) {
            return CompletableFuture.failedFuture(new IllegalStateException("found it dead"));
        }
        if (!BlockHash.matches(cid, bytes)) {
            return CompletableFuture.failedFuture(new IllegalStateException("found other bytes than its id says"));
        }
        if (full.contains(node) && !stored.get(node).containsKey(cid)) {
            return CompletableFuture.failedFuture(new FleetClient.NotTakenException(
                    node, new PlaceOutcome.Refused(PlacementRefusal.FULL, "expected room, but found none")));
        }
        if (!lying.contains(node) && stored.get(node).put(cid, bytes) == null) {
            travelled.incrementAndGet();
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<ByteString> fetch(PeerId node, Cid cid) {
        fetches.incrementAndGet();
        if (silent.contains(node)) {
            return new CompletableFuture<>();
        }
        ByteString bytes = stored.get(node).get(cid);
        if (dead.contains(node) || bytes == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("found no block"));
        }
        return CompletableFuture.completedFuture(bytes);
    }

    @Override
    public CompletableFuture<Boolean> shows(PeerId node, Cid cid) {
        return CompletableFuture.completedFuture(stored.get(node).containsKey(cid));
    }

    @Override
    public CompletableFuture<Duration> ping(PeerId node) {
        return CompletableFuture.completedFuture(Duration.ZERO);
    }
}
