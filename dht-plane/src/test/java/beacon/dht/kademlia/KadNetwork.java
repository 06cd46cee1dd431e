package beacon.dht.kademlia;

import beacon.dht.memory.MemoryHost;
import beacon.dht.memory.MemoryNetwork;
import beacon.dht.testing.VirtualLoop;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** DHT nodes in one process and in virtual time. */
public final class KadNetwork {
    /** Time one operation may take in a test, of virtual time. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    public final VirtualLoop loop = new VirtualLoop();
    public final List<Kademlia> nodes = new ArrayList<>();
    public final Set<PeerId> silent = new LinkedHashSet<>();
    /** On the other side of a partition. */
    public final Set<PeerId> far = new LinkedHashSet<>();

    private final Random random;
    private final MemoryNetwork network;
    private int made;

    public KadNetwork(long seed) {
        this.random = new Random(seed);
        Random delays = new Random(seed + 1);
        this.network = new MemoryNetwork(loop, new MemoryNetwork.Links() {
            @Override
            public Duration delay(PeerId from, PeerId to) {
                return Duration.ofMillis(5 + delays.nextInt(40));
            }

            @Override
            public boolean isOpen(PeerId from, PeerId to) {
                return !silent.contains(from) && !silent.contains(to) && far.contains(from) == far.contains(to);
            }
        });
    }

    /** A host at an address of its own; every host in another /16. */
    public MemoryHost host() {
        ByteBuffer key = ByteBuffer.allocate(36);
        key.putInt(0x08011220);
        byte[] rest = new byte[32];
        random.nextBytes(rest);
        key.put(rest);
        return host(PeerId.ofPublicKey(ByteString.copyFrom(key.array())));
    }

    public MemoryHost host(PeerId id) {
        made++;
        Multiaddr address = Multiaddr.parse("/ip4/%d.%d.0.1/tcp/4001".formatted(20 + made / 250, made % 250));
        return network.host(id, List.of(address));
    }

    public static KadPeer peer(Kademlia node) {
        return new KadPeer(node.host().id(), node.host().listenAddresses());
    }

    /** A node that is made but not started. */
    public Kademlia node(MemoryHost host, KadConfig config) {
        Kademlia node = new Kademlia(
                host,
                loop,
                new Random(random.nextLong()),
                config,
                new Validators(Map.of("test", RecordValidator.GREATEST)));
        nodes.add(node);
        return node;
    }

    /** A started server that knows the bootstrap peers. */
    public Kademlia join(KadPeer... bootstrap) {
        Kademlia node = node(host(), KadConfig.server(KadConfig.BEACON, List.of(bootstrap)));
        await(node.start(Optional.empty()));
        return node;
    }

    /** A network of so many nodes, each bootstrapped from a random earlier one. */
    public void grow(int count) {
        for (int i = 0; i < count; i++) {
            if (nodes.isEmpty()) {
                join();
            } else {
                join(peer(nodes.get(random.nextInt(nodes.size()))));
            }
        }
    }

    /**
     * A network whose nodes have met everybody once, in random order, and kept whom their tables had room for: what a
     * network looks like that has run for long, without the traffic of getting there.
     */
    public void growAcquainted(int count) {
        for (int i = 0; i < count; i++) {
            await(node(host(), quiet()).start(Optional.empty()));
        }
        List<KadPeer> all = new ArrayList<>();
        nodes.forEach(node -> all.add(peer(node)));
        for (Kademlia node : nodes) {
            Collections.shuffle(all, random);
            all.forEach(peer -> node.table().offer(peer, loop.instant()));
        }
    }

    /** A server that does not refresh its table by itself for a year. */
    public static KadConfig quiet() {
        KadConfig config = KadConfig.server(KadConfig.BEACON, List.of());
        return new KadConfig(
                config.protocol(),
                true,
                config.bucketSize(),
                config.parallelism(),
                1,
                List.of(),
                config.limits(),
                new KadConfig.KadTimes(
                        config.times().query(),
                        Duration.ofDays(365),
                        config.times().recordLife()));
    }

    public Kademlia any() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    public ByteString content() {
        byte[] bytes = new byte[34];
        random.nextBytes(bytes);
        bytes[0] = 0x12;
        bytes[1] = 32;
        return ByteString.copyFrom(bytes);
    }

    /** Makes a node answer nobody any more, as when its machine lost power. */
    public void kill(Kademlia node) {
        silent.add(node.host().id());
        nodes.remove(node);
        node.close();
    }

    public <T> T await(CompletionStage<T> stage) {
        if (!loop.runUntil(() -> stage.toCompletableFuture().isDone(), PATIENCE)) {
            throw new AssertionError("expected an end within " + PATIENCE + " of virtual time, but found none");
        }
        return stage.toCompletableFuture().join();
    }

    /** The nodes that are truly closest to a raw key. */
    public List<PeerId> trulyClosest(ByteString rawKey, int count) {
        KadKey target = KadKey.of(rawKey);
        return nodes.stream()
                .map(node -> node.host().id())
                .sorted(Comparator.comparing(KadKey::of, target.byDistance()))
                .limit(count)
                .toList();
    }
}
