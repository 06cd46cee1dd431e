package beacon.node.blocks;

import beacon.dht.libp2p.Limits;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.libp2p.TcpHost;
import beacon.dht.node.DhtLoop;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A peer that exchanges the blocks of a store, with everything it needs: loop, host and {@link BlockService}. Methods may
 * be called from any thread but the loop.
 */
public final class BlockNode implements AutoCloseable {
    private static final long CLOSE_SECONDS = 10;

    private final DhtLoop loop = new DhtLoop();
    private final TcpHost host;
    private final BlockService blocks;

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
        this.host = TcpHost.start(new TcpHost.Settings(
                settings.keys(),
                List.of(settings.listen()),
                Limits.forLoopback(),
                loop,
                new SecureRandom(),
                InstantSource.system(),
                settings.agent()));
        this.blocks = BlockService.start(
                host, new BlockService.Settings(folder.blocks(), settings.keys(), settings.mayPlace()));
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

    /** What it does with its blocks. */
    public BlockService blocks() {
        return blocks;
    }

    @Override
    public void close() {
        blocks.close();
        CompletableFuture<Void> closing =
                CompletableFuture.supplyAsync(host::close, loop).thenCompose(closed -> closed);
        closing.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(failure -> null)
                .join();
        loop.shutdown();
    }
}
