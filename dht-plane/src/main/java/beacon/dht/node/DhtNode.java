package beacon.dht.node;

import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.Kademlia;
import beacon.dht.kademlia.RecordValidator;
import beacon.dht.kademlia.Validators;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.libp2p.TcpHost;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A DHT node on TCP, from its loop to its files. Its host may serve further protocols; all of them share the loop.
 * Methods here may be called from any thread but the loop.
 */
public final class DhtNode implements AutoCloseable {
    /** Records that scripts and tests may store. */
    private static final Validators TEST_RECORDS = new Validators(Map.of("test", RecordValidator.GREATEST));

    private static final long CLOSE_SECONDS = 20;

    private final DhtLoop loop;
    private final boolean ownsLoop;
    private final ExecutorService disk;
    private final PeerKeys keys;
    private final TcpHost host;
    private final DhtService service;
    private final CompletableFuture<Void> joined;

    private DhtNode(DhtConfig config, DhtLoop loop, boolean ownsLoop) {
        this.loop = loop;
        this.ownsLoop = ownsLoop;
        this.disk = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "dht-disk");
            thread.setDaemon(true);
            return thread;
        });
        SecureRandom random = new SecureRandom();
        InstantSource clock = InstantSource.system();
        Optional<DhtFiles> files = config.directory().map(DhtFiles::new);
        this.keys = DhtIdentity.of(files, random);
        this.host = TcpHost.start(
                new TcpHost.Settings(keys, config.listen(), config.limits(), loop, random, clock, config.agent()));
        if (!config.advertised().isEmpty()) {
            host.advertise(config.advertised());
        }
        this.service = new DhtService(
                new DhtService.Parts(host, clock, random, files.map(DhtStore.class::cast), disk),
                config.kad(),
                config.upkeep(),
                TEST_RECORDS);
        this.joined = call(service::start);
    }

    /**
     * Starts a node; it listens when this returns, and fills its table afterwards.
     *
     * @throws java.io.UncheckedIOException when its folder cannot be used
     */
    public static DhtNode start(DhtConfig config) {
        return new DhtNode(config, new DhtLoop(), true);
    }

    /** Starts a node on a loop that it shares with others, and that does not end with it. */
    public static DhtNode start(DhtConfig config, DhtLoop shared) {
        return new DhtNode(config, shared, false);
    }

    /** The key that names it; further protocols on its host sign with it. */
    public PeerKeys keys() {
        return keys;
    }

    public TcpHost host() {
        return host;
    }

    /** Under which name and addresses others reach it. */
    public KadPeer self() {
        return new KadPeer(host.id(), host.listenAddresses());
    }

    public DhtService service() {
        return service;
    }

    /** The DHT itself; only to be used on the loop. */
    public Kademlia kademlia() {
        return service.kademlia();
    }

    /** Done when the routing table was filled for the first time; fails when the files could not be read. */
    public CompletableFuture<Void> joined() {
        return joined;
    }

    /** Runs a step on the loop and hands out what becomes of it. */
    public <T> CompletableFuture<T> call(Supplier<CompletionStage<T>> step) {
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
            } catch (RuntimeException e) {
                // Whoever called is told; the loop goes on.
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Reads something on the loop. */
    public <T> CompletableFuture<T> ask(Supplier<T> question) {
        return call(() -> CompletableFuture.completedFuture(question.get()));
    }

    /** The numbers of this moment. */
    public CompletableFuture<DhtMetrics> metrics() {
        return ask(() -> DhtMetrics.of(service, host));
    }

    /** Stops in order: writes its files, then closes the connections. */
    @Override
    public void close() {
        CompletableFuture<Void> closing = call(
                () -> service.close().handle((done, failure) -> host.close()).thenCompose(closed -> closed));
        closing.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(failure -> null)
                .join();
        disk.shutdown();
        if (ownsLoop) {
            loop.shutdown();
        }
    }
}
