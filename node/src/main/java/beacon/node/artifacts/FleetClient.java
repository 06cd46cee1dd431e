package beacon.node.artifacts;

import beacon.dht.Stages;
import beacon.dht.Timers;
import beacon.dht.bitswap.Bitswap;
import beacon.dht.bitswap.BitswapLimits;
import beacon.dht.bitswap.Fetched;
import beacon.dht.bitswap.ProviderSource;
import beacon.dht.bitswap.Session;
import beacon.dht.libp2p.Limits;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.libp2p.TcpHost;
import beacon.dht.node.DhtLoop;
import beacon.dht.placement.PlaceOutcome;
import beacon.dht.placement.Placement;
import beacon.dht.placement.PlacementRefusal;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import beacon.node.announce.Margin;
import beacon.node.introduction.Credentials;
import beacon.node.introduction.Introducer;
import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A peer without a name of its own that places blocks on storage nodes and fetches them: a host that listens nowhere,
 * with a fresh key, introduced by the certificate of its process.
 */
public final class FleetClient implements BlockPeers, AutoCloseable {
    private static final int SECRET_BYTES = 32;
    private static final int WORKERS = 2;
    private static final int BUSY_TRIES = 40;
    private static final long BUSY_MILLIS = 250;
    private static final long CLOSE_SECONDS = 5;

    private final DhtLoop loop = new DhtLoop();
    private final ExecutorService workers;
    private final TcpHost host;
    private final Bitswap bitswap;
    private final Placement placement;
    private final Introducer introducer;
    private final Duration timeout;
    private final Map<PeerId, CompletableFuture<Void>> introduced = new HashMap<>();
    private final Map<PeerId, Session> sessions = new HashMap<>();
    private final Map<PeerId, CompletionStage<Duration>> pings = new HashMap<>();

    private FleetClient(Credentials credentials, Duration timeout, String agent) {
        this.timeout = timeout;
        this.workers = Executors.newFixedThreadPool(WORKERS, task -> {
            Thread thread = new Thread(task, "fleet-client");
            thread.setDaemon(true);
            return thread;
        });
        SecureRandom random = new SecureRandom();
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        this.host = TcpHost.start(new TcpHost.Settings(
                new PeerKeys(secret), List.of(), Limits.forLoopback(), loop, random, InstantSource.system(), agent));
        this.placement = new Placement(host, timeout);
        this.introducer = new Introducer(host, credentials, timeout);
        this.bitswap = onLoop(() -> Bitswap.start(
                        host,
                        new Bitswap.Settings(
                                new NoBlockstore(), workers, InstantSource.system(), BitswapLimits.defaults())))
                .join();
    }

    /**
     * Opens a client.
     *
     * @param timeout of one block, the dial included
     * @param agent free text that others see
     */
    public static FleetClient open(Credentials credentials, Duration timeout, String agent) {
        return new FleetClient(credentials, timeout, agent);
    }

    private <T> CompletableFuture<T> onLoop(Supplier<T> step) {
        return CompletableFuture.supplyAsync(step, loop);
    }

    /** Begins something on the loop. */
    private <T> CompletableFuture<T> begin(Supplier<CompletionStage<T>> step) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                step.get().whenComplete((value, failure) -> {
                    if (failure == null) {
                        result.complete(value);
                    } else {
                        result.completeExceptionally(Stages.cause(failure));
                    }
                });
            } catch (RuntimeException e) {
                // Whoever called is told; the loop goes on.
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Learns where nodes are. */
    public void know(List<FleetNode> nodes) {
        onLoop(() -> {
                    nodes.forEach(node -> {
                        host.peers().addAddresses(node.id(), node.addresses());
                        host.protect(node.id());
                    });
                    return true;
                })
                .join();
    }

    @Override
    public CompletableFuture<Void> place(PeerId node, Cid cid, ByteString bytes) {
        return begin(() -> introduction(node).thenCompose(done -> offer(node, cid, bytes, BUSY_TRIES)));
    }

    /** Done once this process is known to a node; asked for once. On the loop. */
    private CompletableFuture<Void> introduction(PeerId node) {
        CompletableFuture<Void> known = introduced.get(node);
        if (known == null) {
            CompletableFuture<Void> asked = new CompletableFuture<>();
            introduced.put(node, asked);
            introducer.introduceTo(node).whenComplete((done, failure) -> {
                if (failure == null) {
                    asked.complete(null);
                } else {
                    introduced.remove(node);
                    asked.completeExceptionally(Stages.cause(failure));
                }
            });
            return asked;
        }
        return known;
    }

    private CompletionStage<Void> offer(PeerId node, Cid cid, ByteString bytes, int triesLeft) {
        return placement.place(node, cid, bytes).thenCompose(outcome -> {
            if (outcome instanceof PlaceOutcome.Refused refused) {
                boolean again = triesLeft > 0
                        && (refused.reason() == PlacementRefusal.BUSY
                                || refused.reason() == PlacementRefusal.NOT_AUTHORISED);
                return again
                        ? offerAgain(node, cid, bytes, refused.reason(), triesLeft - 1)
                        : CompletableFuture.failedFuture(new NotTakenException(node, refused));
            }
            return CompletableFuture.completedFuture(null);
        });
    }

    /** A busy node later; one that was started again after it is told again who asks, once. */
    private CompletionStage<Void> offerAgain(
            PeerId node, Cid cid, ByteString bytes, PlacementRefusal reason, int triesLeft) {
        if (reason == PlacementRefusal.NOT_AUTHORISED) {
            introduced.remove(node);
            return introduction(node).thenCompose(done -> offer(node, cid, bytes, 0));
        }
        CompletableFuture<Void> later = new CompletableFuture<>();
        Timers.run(loop, Duration.ofMillis(BUSY_MILLIS), () -> later.complete(null));
        return later.thenCompose(done -> offer(node, cid, bytes, triesLeft));
    }

    @Override
    public CompletableFuture<ByteString> fetch(PeerId node, Cid cid) {
        return begin(() -> {
            Session session = sessions.computeIfAbsent(node, id -> bitswap.session(List.of(id), ProviderSource.NONE));
            CompletableFuture<Fetched> fetching =
                    session.get(cid).toCompletableFuture().copy();
            return fetching.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .whenCompleteAsync((fetched, failure) -> retire(node, session, failure != null), loop)
                    .thenApply(Fetched::bytes);
        });
    }

    @Override
    public CompletableFuture<Boolean> shows(PeerId node, Cid cid) {
        return Showing.of(() -> fetch(node, cid), () -> ping(node));
    }

    /** Who asks while a ping is under way waits for the same answer: a peer takes few streams for pings. */
    @Override
    public CompletableFuture<Duration> ping(PeerId node) {
        return begin(() -> pings.computeIfAbsent(
                        node,
                        asked -> host.ping(asked)
                                .whenComplete((time, failure) -> loop.execute(() -> pings.remove(asked)))))
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How far a node is from letting its provider records expire. */
    public CompletableFuture<Margin> margin(PeerId node) {
        return begin(() -> Margin.ask(host, node, timeout));
    }

    /** After a failure the next block is asked for anew: a session gives up a peer for good. On the loop. */
    private void retire(PeerId node, Session session, boolean failed) {
        if (failed) {
            sessions.remove(node, session);
        }
        if (session.pending() == 0 && sessions.get(node) != session) {
            session.close();
        }
    }

    @Override
    public void close() {
        CompletableFuture<Void> closing = CompletableFuture.supplyAsync(
                        () -> {
                            bitswap.close();
                            return host.close();
                        },
                        loop)
                .thenCompose(closed -> closed);
        closing.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(failure -> null)
                .join();
        loop.shutdown();
        workers.shutdown();
    }

    /** A node refused a block. */
    static final class NotTakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotTakenException(PeerId node, PlaceOutcome.Refused refused) {
            super("node %s refused it: %s, %s".formatted(node, refused.reason(), refused.message()));
        }
    }
}
