package beacon.dht.testing;

import beacon.dht.Host;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.libp2p.PeerKeys;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Hosts and what they need, in memory or real, for contracts that hold over both. */
public interface TestNetwork extends AutoCloseable {
    /** What every implementation of the exchange accepts, and room for a gigabyte. */
    BlockLimits STORE = new BlockLimits(1 << 30, BlockLimits.DEFAULT_MAX_BLOCK_BYTES);

    /** A new host that listens. */
    Host newHost(PeerKeys keys);

    /** A new, empty store. */
    Blockstore newStore(BlockLimits limits);

    /** Where blocks are hashed and stored. */
    Executor workers();

    InstantSource clock();

    /** Runs the supplier on the loop and waits for what its stage yields. */
    <T> T await(Supplier<CompletionStage<T>> step);

    /** Waits until the condition, asked on the loop, holds. */
    void awaitTrue(Supplier<Boolean> condition);

    @Override
    void close();

    /** A new host under a key of its own. */
    default Host newHost() {
        return newHost(newKeys());
    }

    /** A new key. */
    default PeerKeys newKeys() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new PeerKeys(secret);
    }

    /** Runs something on the loop. */
    default void onLoop(Runnable step) {
        await(() -> {
            step.run();
            return CompletableFuture.completedFuture(null);
        });
    }
}
