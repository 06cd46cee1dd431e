package beacon.node.blocks;

import beacon.dht.bitswap.Bitswap;
import beacon.dht.bitswap.BitswapLimits;
import beacon.dht.bitswap.ProviderSource;
import beacon.dht.bitswap.Session;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.libp2p.Limits;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.libp2p.TcpHost;
import beacon.dht.node.DhtLoop;
import beacon.dht.placement.PlacementLimits;
import beacon.dht.placement.PlacementServer;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A peer that exchanges the blocks of a store, with everything it needs: loop, workers, host. Methods may be called from
 * any thread but the loop.
 */
public final class BlockNode implements AutoCloseable {
    private static final int WORKERS = 4;
    private static final long CLOSE_SECONDS = 10;

    private final DhtLoop loop = new DhtLoop();
    private final ExecutorService workers;
    private final TcpHost host;
    private final Bitswap bitswap;

    /**
     * What a node is made of.
     *
     * @param mayPlace peers that may place blocks here; without any the store protocol is not served
     * @param agent free text that others see
     */
    public record Settings(PeerKeys keys, Multiaddr listen, List<PeerId> mayPlace, String agent) {
        public Settings {
            mayPlace = List.copyOf(mayPlace);
        }
    }

    private BlockNode(StoreFolder folder, Settings settings) {
        this.workers = Executors.newFixedThreadPool(WORKERS, task -> {
            Thread thread = new Thread(task, "blocks");
            thread.setDaemon(true);
            return thread;
        });
        InstantSource clock = InstantSource.system();
        this.host = TcpHost.start(new TcpHost.Settings(
                settings.keys(),
                List.of(settings.listen()),
                Limits.forLoopback(),
                loop,
                new SecureRandom(),
                clock,
                settings.agent()));
        this.bitswap = ask(() -> Bitswap.start(
                        host, new Bitswap.Settings(folder.blocks(), workers, clock, BitswapLimits.defaults())))
                .join();
        if (!settings.mayPlace().isEmpty()) {
            PlacementServer.Settings placing = new PlacementServer.Settings(
                    folder.blocks(), workers, settings.keys(), settings.mayPlace()::contains, bitswap::stored, clock);
            ask(() -> PlacementServer.start(host, placing, PlacementLimits.defaults()))
                    .join();
        }
    }

    /** Starts a node; it listens when this returns. The store stays open when it ends. */
    public static BlockNode start(StoreFolder folder, Settings settings) {
        return new BlockNode(folder, settings);
    }

    public PeerId id() {
        return host.id();
    }

    /** Where it can be reached, with its name at the end. */
    public List<Multiaddr> addresses() {
        return host.listenAddresses().stream()
                .map(address -> address.withPeer(host.id()))
                .toList();
    }

    /** Begins to fetch from some peers. Sessions are to be used on the loop, see {@link #ask}. */
    public CompletableFuture<Session> session(List<KadPeer> providers) {
        return ask(() -> {
            List<PeerId> ids = new ArrayList<>();
            for (KadPeer provider : providers) {
                host.peers().addAddresses(provider.id(), provider.addresses());
                ids.add(provider.id());
            }
            return bitswap.session(ids, ProviderSource.NONE);
        });
    }

    /** Runs something on the loop. */
    public <T> CompletableFuture<T> ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, loop);
    }

    /** What the exchange has done. */
    public beacon.dht.bitswap.BitswapCounters.Snapshot counters() {
        return ask(bitswap::counters).join();
    }

    @Override
    public void close() {
        CompletableFuture<Void> closing = ask(() -> {
                    bitswap.close();
                    return host.close();
                })
                .thenCompose(closed -> closed);
        closing.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(failure -> null)
                .join();
        workers.shutdown();
        loop.shutdown();
    }
}
