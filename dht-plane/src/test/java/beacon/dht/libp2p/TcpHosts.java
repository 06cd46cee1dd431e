package beacon.dht.libp2p;

import beacon.dht.wire.Multiaddr;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Hosts on the loopback for a test, on one loop, and closed with it. */
final class TcpHosts implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final SecureRandom random = new SecureRandom();
    private final List<TcpHost> hosts = new ArrayList<>();

    TcpHost start(Limits limits) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        return start(new PeerKeys(secret), limits);
    }

    TcpHost start(PeerKeys keys, Limits limits) {
        TcpHost host = TcpHost.start(new TcpHost.Settings(
                keys,
                List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")),
                limits,
                loop,
                random,
                InstantSource.system(),
                "beacon-test"));
        hosts.add(host);
        return host;
    }

    /** Runs a step on the loop and waits for what it yields. */
    <T> T await(Supplier<CompletionStage<T>> step) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                step.get().whenComplete((value, failure) -> {
                    if (failure == null) {
                        result.complete(value);
                    } else {
                        result.completeExceptionally(failure);
                    }
                });
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    void awaitTrue(Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!await(() -> CompletableFuture.completedFuture(condition.get()))) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("expected the condition to hold within " + PATIENCE);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        for (TcpHost host : hosts) {
            await(() -> host.close().thenApply(nothing -> "closed"));
        }
        loop.shutdownNow();
    }
}
