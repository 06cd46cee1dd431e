package beacon.dht.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.Host;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.MemoryBlockstore;
import beacon.dht.memory.MemoryNetwork;
import beacon.dht.testing.VirtualLoop;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The exchange keeps its promises in virtual time. */
class BitswapInMemoryTest extends BitswapContract {
    private final VirtualLoop loop = new VirtualLoop();
    private final MemoryNetwork network = new MemoryNetwork(loop, (from, to) -> Duration.ofMillis(10));
    private int hosts;

    @Override
    protected Host newHost() {
        hosts++;
        PeerId id = PeerId.ofPublicKey(ByteString.copyFromUtf8("key " + hosts));
        return network.host(id, List.of(Multiaddr.parse("/ip4/10.0.0." + hosts + "/tcp/4001")));
    }

    @Override
    protected Blockstore newStore() {
        return new MemoryBlockstore(new BlockLimits(1 << 30, 2 << 20), (cid, size) -> {});
    }

    @Override
    protected Executor workers() {
        return loop;
    }

    @Override
    protected InstantSource clock() {
        return loop;
    }

    @Override
    protected <T> T await(Supplier<CompletionStage<T>> step) {
        CompletableFuture<T> result = step.get().toCompletableFuture();
        assertThat(loop.runUntil(result::isDone, Duration.ofMinutes(1)))
                .as("done within a minute")
                .isTrue();
        return result.join();
    }

    @Override
    protected void awaitTrue(Supplier<Boolean> condition) {
        assertThat(loop.runUntil(condition::get, Duration.ofMinutes(1)))
                .as("true within a minute")
                .isTrue();
    }
}
