package beacon.dht.testing;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.Host;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.MemoryBlockstore;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.memory.MemoryNetwork;
import beacon.dht.wire.Multiaddr;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Everything on one loop in virtual time. */
public final class TestNetworkInMemory implements TestNetwork {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final VirtualLoop loop = new VirtualLoop();
    private final MemoryNetwork network = new MemoryNetwork(loop, (from, to) -> Duration.ofMillis(10));
    private int hosts;

    @Override
    public Host newHost(PeerKeys keys) {
        hosts++;
        return network.host(keys.peerId(), List.of(Multiaddr.parse("/ip4/10.0.0." + hosts + "/tcp/4001")));
    }

    @Override
    public Blockstore newStore(BlockLimits limits) {
        return new MemoryBlockstore(limits, (cid, size) -> {});
    }

    @Override
    public Executor workers() {
        return loop;
    }

    @Override
    public InstantSource clock() {
        return loop;
    }

    @Override
    public <T> T await(Supplier<CompletionStage<T>> step) {
        CompletableFuture<T> result = step.get().toCompletableFuture();
        assertThat(loop.runUntil(result::isDone, PATIENCE)).as("done in time").isTrue();
        return result.join();
    }

    @Override
    public void awaitTrue(Supplier<Boolean> condition) {
        assertThat(loop.runUntil(condition::get, PATIENCE)).as("true in time").isTrue();
    }

    @Override
    public void close() {
        // Nothing runs by itself.
    }
}
