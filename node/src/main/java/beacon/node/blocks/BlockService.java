package beacon.node.blocks;

import beacon.dht.Host;
import beacon.dht.PeerSigner;
import beacon.dht.bitswap.Bitswap;
import beacon.dht.bitswap.BitswapLimits;
import beacon.dht.bitswap.ProviderSource;
import beacon.dht.bitswap.Session;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.placement.PlaceOutcome;
import beacon.dht.placement.Placement;
import beacon.dht.placement.PlacementLimits;
import beacon.dht.placement.PlacementServer;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The blocks of one store on some host, a DHT node's or one of its own: serves them over Bitswap, takes further ones from
 * those who may place them, fetches and places. Methods may be called from any thread but the loop.
 */
public final class BlockService implements AutoCloseable {
    private static final int WORKERS = 4;

    private final Host host;
    private final Blockstore store;
    private final ExecutorService workers;
    private final Bitswap bitswap;
    private final Optional<PlacementServer> placements;

    /**
     * What it works with.
     *
     * @param signer the host's own key, for receipts
     * @param mayPlace says which peers may place blocks here, asked on the loop; without it the store protocol is not
     *     served
     */
    public record Settings(Blockstore store, PeerSigner signer, Optional<Predicate<PeerId>> mayPlace) {
        /** With a list of the peers that may place blocks. */
        public Settings(Blockstore store, PeerSigner signer, List<PeerId> mayPlace) {
            this(store, signer, allowed(List.copyOf(mayPlace)));
        }

        private static Optional<Predicate<PeerId>> allowed(List<PeerId> peers) {
            return peers.isEmpty() ? Optional.empty() : Optional.of(peers::contains);
        }
    }

    private BlockService(Host host, Settings settings, ExecutorService workers) {
        InstantSource clock = InstantSource.system();
        this.host = host;
        this.store = settings.store();
        this.workers = workers;
        this.bitswap = Bitswap.start(host, new Bitswap.Settings(store, workers, clock, BitswapLimits.defaults()));
        this.placements = settings.mayPlace()
                .map(mayPlace -> PlacementServer.start(
                        host,
                        new PlacementServer.Settings(
                                store, workers, settings.signer(), mayPlace, bitswap::stored, clock),
                        PlacementLimits.defaults()));
    }

    /** Starts to serve. Host and store stay open when it ends. */
    public static BlockService start(Host host, Settings settings) {
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS, task -> {
            Thread thread = new Thread(task, "blocks");
            thread.setDaemon(true);
            return thread;
        });
        return CompletableFuture.supplyAsync(() -> new BlockService(host, settings, workers), host.loop())
                .join();
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

    /**
     * Hands a block to a peer, as {@link Placement#place} does.
     *
     * @param timeout the dial included
     */
    public CompletableFuture<PlaceOutcome> place(KadPeer target, Cid cid, ByteString bytes, Duration timeout) {
        return ask(() -> {
                    host.peers().addAddresses(target.id(), target.addresses());
                    return new Placement(host, timeout).place(target.id(), cid, bytes);
                })
                .thenCompose(outcome -> outcome);
    }

    /** Runs something on the loop. */
    public <T> CompletableFuture<T> ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, host.loop());
    }

    /** The numbers of this moment. */
    public CompletableFuture<BlockMetrics> metrics() {
        return ask(() -> BlockMetrics.of(store.stats(), bitswap, placements));
    }

    /** Serves no longer; what is being fetched fails. */
    @Override
    public void close() {
        ask(() -> {
                    placements.ifPresent(PlacementServer::close);
                    bitswap.close();
                    return true;
                })
                .join();
        workers.shutdown();
    }
}
