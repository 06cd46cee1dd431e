package beacon.dht.kademlia;

import beacon.dht.Host;
import beacon.dht.HostListener;
import beacon.dht.PeerInfo;
import beacon.dht.Timers;
import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the routing table filled and alive: starts from the bootstrap peers, takes in peers that say they serve the DHT,
 * asks those that were silent, and walks to itself and to each distance every five minutes.
 */
final class Maintenance implements HostListener {
    private static final Duration RETRY_EMPTY = Duration.ofSeconds(10);
    /** Deeper buckets hold next to nobody in any network that fits on this planet, and their keys are costly to find. */
    private static final int DEEPEST_REFRESHED = 15;

    private static final int MAX_MET = 32;
    private static final int MAX_INTRODUCED = 64;
    /** Start points asked in a round that are not in the table. */
    private static final int GREETED = 4;

    private final Host host;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final KadConfig config;
    private final RoutingTable table;
    private final KadRpc rpc;
    private final KadKey self;
    private final Function<KadMessage, CompletionStage<LookupResult>> walk;
    /** Servers met lately: the way back after an outage that emptied the table. */
    private final Map<PeerId, KadPeer> met = new LinkedHashMap<>();

    /** Peers that somebody outside the DHT knows, as the log's members do: further start points. */
    private final Map<PeerId, KadPeer> introduced = new LinkedHashMap<>();

    private boolean closed;
    /** Whether another try to leave an empty table is planned: one at a time, however often somebody asks. */
    private boolean retrying;

    private @Nullable CompletionStage<Void> running;

    Maintenance(
            Host host,
            Query.Context context,
            RandomGenerator random,
            KadConfig config,
            Function<KadMessage, CompletionStage<LookupResult>> walk) {
        this.host = host;
        this.clock = context.clock();
        this.random = random;
        this.config = config;
        this.table = context.table();
        this.rpc = context.rpc();
        this.self = KadKey.of(host.id());
        this.walk = walk;
    }

    @Override
    public void identified(PeerInfo info) {
        if (closed) {
            return;
        }
        if (info.serves(config.protocol())) {
            KadPeer peer = new KadPeer(info.id(), config.limits().addresses().keep(info.addresses()));
            if (!peer.addresses().isEmpty()) {
                offer(peer);
            }
        } else {
            table.remove(info.id(), clock.instant());
        }
    }

    private void offer(KadPeer peer) {
        met.remove(peer.id());
        met.put(peer.id(), peer);
        if (met.size() > MAX_MET) {
            met.remove(met.keySet().iterator().next());
        }
        if (table.offer(peer, clock.instant()) instanceof Offer.AskStale ask) {
            // Whether it answers or not, the request tells the table; a failure lets the newcomer in.
            rpc.ask(ask.stale().peer(), KadMessage.findNode(host.id().bytes())).whenComplete((answer, failure) -> {});
        }
    }

    /** Connects to the bootstrap peers and those known from before, then fills the table; tries again while empty. */
    CompletionStage<Void> start(List<KadPeer> knownBefore) {
        scheduleRefresh();
        return connectAll(knownBefore);
    }

    private CompletionStage<Void> connectAll(List<KadPeer> more) {
        List<KadPeer> first = new ArrayList<>(config.bootstrap());
        first.addAll(more);
        return meet(first).thenRun(() -> {
            if (table.size() == 0 && !first.isEmpty() && !closed && !retrying) {
                retrying = true;
                Timers.run(host.loop(), RETRY_EMPTY, () -> {
                    retrying = false;
                    if (table.size() == 0 && !closed) {
                        connectAll(more).whenComplete((again, failure) -> {});
                    }
                });
            }
        });
    }

    /** Takes in peers that somebody outside the DHT knows, and remembers them as start points. */
    CompletionStage<Void> introduce(List<KadPeer> peers) {
        for (KadPeer peer : peers) {
            introduced.remove(peer.id());
            introduced.put(peer.id(), peer);
            if (introduced.size() > MAX_INTRODUCED) {
                introduced.remove(introduced.keySet().iterator().next());
            }
        }
        return meet(peers);
    }

    /**
     * Asks some of the start points that are not in the table. After a partition each side has forgotten the other one, and
     * nobody on either side would ever name anybody of the other.
     */
    private CompletionStage<Void> greetAbsent() {
        List<KadPeer> absent = new ArrayList<>(config.bootstrap());
        absent.addAll(introduced.values());
        absent.removeIf(peer -> table.contains(peer.id()));
        while (absent.size() > GREETED) {
            absent.remove(random.nextInt(absent.size()));
        }
        return greet(absent);
    }

    /** Takes in those peers that answer, then fills the table. */
    CompletionStage<Void> meet(List<KadPeer> peers) {
        return greet(peers).thenCompose(done -> refresh());
    }

    private CompletionStage<Void> greet(List<KadPeer> peers) {
        List<CompletableFuture<?>> dials = new ArrayList<>();
        for (KadPeer peer : peers) {
            if (!peer.id().equals(host.id())) {
                dials.add(host.connect(peer.id(), peer.addresses())
                        .thenCompose(id ->
                                rpc.ask(peer, KadMessage.findNode(host.id().bytes())))
                        .thenAccept(answer -> offer(peer))
                        .exceptionally(unreachable -> null)
                        .toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(dials.toArray(CompletableFuture<?>[]::new));
    }

    private void scheduleRefresh() {
        long millis = config.times().refresh().toMillis();
        // A tenth of jitter, so that nodes that started together do not walk together for ever.
        long jittered = millis - millis / 20 + random.nextLong(Math.max(1, millis / 10));
        Timers.run(host.loop(), Duration.ofMillis(jittered), () -> {
            if (!closed) {
                CompletionStage<Void> round = table.size() == 0
                        ? connectAll(List.copyOf(met.values()))
                        : greetAbsent().thenCompose(greeted -> refresh());
                round.whenComplete((done, failure) -> scheduleRefresh());
            }
        });
    }

    /** One round: asks the silent ones, then walks; a round that is under way is joined. */
    CompletionStage<Void> refresh() {
        CompletionStage<Void> already = running;
        if (already != null) {
            return already;
        }
        CompletableFuture<Void> round = new CompletableFuture<>();
        running = round;
        askSilent().thenCompose(asked -> walkAll()).whenComplete((done, failure) -> {
            running = null;
            round.complete(null);
        });
        return round;
    }

    private CompletionStage<Void> askSilent() {
        Instant now = clock.instant();
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (TableEntry entry : table.entries()) {
            if (!entry.lastSeen().plus(config.times().refresh()).isAfter(now) || entry.failures() > 0) {
                asked.add(rpc.ask(entry.peer(), KadMessage.findNode(host.id().bytes()))
                        .handle((answer, failure) -> {
                            if (failure != null) {
                                table.remove(entry.id(), clock.instant());
                            }
                            return null;
                        })
                        .toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new));
    }

    private CompletionStage<Void> walkAll() {
        return walk.apply(KadMessage.findNode(host.id().bytes()))
                .handle((found, failure) -> (Void) null)
                .thenCompose(done -> {
                    List<KadMessage> walks = new ArrayList<>();
                    int deepest = Math.min(table.deepestBucket(), DEEPEST_REFRESHED);
                    for (int prefix = 0; prefix <= deepest; prefix++) {
                        walks.add(KadMessage.findNode(
                                Preimages.sharing(self.flip(prefix), prefix + 1, random.nextLong())));
                    }
                    return walkOneByOne(walks.iterator());
                });
    }

    private CompletionStage<Void> walkOneByOne(Iterator<KadMessage> walks) {
        if (closed || !walks.hasNext()) {
            return CompletableFuture.completedFuture(null);
        }
        return walk.apply(walks.next())
                .handle((found, failure) -> (Void) null)
                .thenCompose(done -> walkOneByOne(walks));
    }

    void close() {
        closed = true;
    }
}
