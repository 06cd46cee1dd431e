package beacon.dht.libp2p;

import beacon.dht.kademlia.KadPeer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** An honest peer that pings another one all the time, each ping after the answer to the last. */
final class HonestPings implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final TcpHosts hosts = new TcpHosts();
    private final TcpHost host = hosts.start(Limits.forLoopback());
    private final KadPeer target;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean stopping;
    private long slowestNanos;
    private int answered;
    private int failed;

    HonestPings(KadPeer target) {
        this.target = target;
        hosts.await(() -> host.connect(target.id(), target.addresses()));
        hosts.await(() -> {
            next();
            return CompletableFuture.completedFuture(true);
        });
    }

    private void next() {
        long start = System.nanoTime();
        host.ping(target.id()).whenComplete((time, failure) -> {
            slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
            answered += failure == null ? 1 : 0;
            failed += failure == null ? 0 : 1;
            if (stopping) {
                ended.complete(null);
            } else {
                beacon.dht.Timers.run(host.loop(), PAUSE, this::next);
            }
        });
    }

    /** Waits until so many further pings, sent from now on, were answered; fails when they are not. */
    void awaitAnswers(int count) {
        int before = hosts.await(() -> CompletableFuture.completedFuture(answered));
        // The first that is answered from now on may have been sent before.
        hosts.awaitTrue(() -> answered > before + count);
    }

    /** What came of the pings. */
    record Outcome(int answered, int failed, long slowestMillis) {}

    Outcome stop() {
        stopping = true;
        return hosts.await(() -> ended.thenApply(nothing -> new Outcome(answered, failed, slowestNanos / 1_000_000)));
    }

    @Override
    public void close() {
        hosts.close();
    }
}
