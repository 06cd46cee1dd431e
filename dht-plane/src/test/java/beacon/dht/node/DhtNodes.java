package beacon.dht.node;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.libp2p.Limits;
import beacon.dht.wire.Multiaddr;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Nodes on the loopback for a test, on one loop, and closed with it. */
public final class DhtNodes implements AutoCloseable {
    /** Long enough for two busy cores. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DhtLoop loop = new DhtLoop();
    private final List<DhtNode> nodes = new ArrayList<>();
    private final Random random = new Random(7);

    /** A server that keeps nothing. */
    public DhtNode start(KadPeer... bootstrap) {
        return start(Optional.empty(), KadConfig.server(KadConfig.BEACON, List.of(bootstrap)));
    }

    public DhtNode start(Optional<Path> directory, KadConfig kad) {
        return start(directory, kad, Multiaddr.parse("/ip4/127.0.0.1/tcp/0"));
    }

    public DhtNode start(Optional<Path> directory, KadConfig kad, Multiaddr listen) {
        DhtNode node = DhtNode.start(
                new DhtConfig(
                        directory, List.of(listen), Limits.forLoopback(), kad, DhtConfig.Upkeep.DEFAULT, "beacon-test"),
                loop);
        nodes.add(node);
        return node;
    }

    public List<DhtNode> all() {
        return nodes;
    }

    public static KadPeer peer(DhtNode node) {
        return new KadPeer(node.host().id(), node.host().listenAddresses());
    }

    /** The multihash of some content. */
    public ByteString content() {
        byte[] bytes = new byte[34];
        random.nextBytes(bytes);
        bytes[0] = 0x12;
        bytes[1] = 32;
        return ByteString.copyFrom(bytes);
    }

    public static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    public static void awaitTrue(String what, Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.get()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected within " + PATIENCE + ": " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Waits until a node knows so many peers. */
    public static void awaitPeers(DhtNode node, int count) {
        awaitTrue(
                count + " peers in the table",
                () -> await(node.ask(() -> node.kademlia().table().size())) >= count);
    }

    public void stop(DhtNode... stopped) {
        for (DhtNode node : stopped) {
            node.close();
        }
        nodes.removeAll(Arrays.asList(stopped));
    }

    @Override
    public void close() {
        nodes.forEach(DhtNode::close);
        loop.shutdownNow();
    }
}
