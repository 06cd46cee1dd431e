package beacon.dht.providers;

import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.Timers;
import beacon.dht.kademlia.KadException;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.Kademlia;
import beacon.dht.kademlia.ProvideResult;
import beacon.dht.kademlia.ServedStream;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Announces what is in its schedule: new contents at once and by themselves, everything else region by region when the
 * oldest content is due. All contents of a region are announced together, so they stay together, and the cost of a cycle
 * is that of walking through the network once. Belongs to the host's loop.
 */
public final class Providing {
    /** Wait after a region that could not be announced, for instance because the network is gone. */
    private static final Duration RETRY = Duration.ofMinutes(1);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    private static final Duration IDLE = Duration.ofSeconds(60);
    /** Servers told at the same time. */
    private static final int PARALLEL_DELIVERIES = 16;
    /** Share of its servers that must be told of a content for it to count as announced. */
    private static final double ENOUGH = 0.7;

    private final Kademlia node;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ProvideSchedule schedule;
    private final ProvideCounters counters = new ProvideCounters();
    private final Deliveries deliveries;
    private @Nullable ScheduledFuture<?> waiting;
    private boolean sweeping;
    private boolean wanted;
    private boolean closed;

    public Providing(Kademlia node, InstantSource clock, RandomGenerator random, ProvideSchedule schedule) {
        this.node = node;
        this.clock = clock;
        this.random = random;
        this.schedule = schedule;
        this.deliveries = new Deliveries(node, counters);
    }

    /** Takes batches of others, and begins to sweep. */
    public void start() {
        if (node.config().server()) {
            node.host().handle(ProvideBatch.PROTOCOL, this::serve);
        }
        next(Duration.ZERO);
    }

    /** Sweeps no longer. */
    public void close() {
        closed = true;
        node.host().unhandle(ProvideBatch.PROTOCOL);
    }

    private void serve(HostStream stream) {
        PeerId from = stream.remote();
        new ServedStream(node.host().loop(), new MessageStream(stream, ProvideBatch.MAX_MESSAGE_BYTES), IDLE)
                .serve(bytes -> {
                    ProvideBatch batch = ProvideBatch.decode(bytes);
                    KadPeer provider = new KadPeer(from, batch.addresses());
                    return Optional.of(ProvideBatch.encodeAnswer(node.addProviders(provider, batch.multihashes())));
                });
    }

    /**
     * Announces a new content now, and keeps it announced from now on: when too few servers could be told, the sweep
     * tries again.
     *
     * @return fails with INVALID for a content that cannot be announced (see {@link ProvideSchedule#add}), and like
     *     {@link Kademlia#provide}
     */
    public CompletionStage<ProvideResult> announce(ByteString multihash) {
        if (!schedule.add(multihash)) {
            return CompletableFuture.failedFuture(new KadException(
                    KadException.Kind.INVALID,
                    "expected a content under sha2-256 and room in the schedule, but found another hash or a"
                            + " full schedule"));
        }
        return node.provide(multihash).thenApply(result -> {
            if (isEnough(result)) {
                schedule.announced(multihash, clock.instant());
                counters.announced++;
            }
            return result;
        });
    }

    /** The same; whether enough servers were told. */
    public CompletionStage<Boolean> provide(ByteString multihash) {
        return announce(multihash).handle((result, failure) -> failure == null && isEnough(result));
    }

    private static boolean isEnough(ProvideResult result) {
        return result.stored() > 0 && result.stored() >= ENOUGH * (result.stored() + result.failed());
    }

    /**
     * Keeps a content announced from now on. Unlike {@link #announce} it waits for its region: many contents together cost
     * little more than one.
     *
     * @return false when it cannot be announced, see {@link ProvideSchedule#add}
     */
    public boolean keep(ByteString multihash) {
        boolean isNew = !schedule.contains(multihash);
        boolean kept = schedule.add(multihash);
        if (isNew && kept) {
            sweepSoon();
        }
        return kept;
    }

    /** Looks now for what is due, for instance since the network is back; without effect before {@link #start}. */
    public void sweepSoon() {
        wanted |= sweeping;
        ScheduledFuture<?> timer = waiting;
        if (timer != null && timer.cancel(false)) {
            next(Duration.ZERO);
        }
    }

    private void next(Duration wait) {
        waiting = Timers.after(node.host().loop(), wait, () -> {
            waiting = null;
            if (closed) {
                return;
            }
            Instant now = clock.instant();
            if (schedule.mostUrgent(now).isEmpty()) {
                Duration until = schedule.nextDue()
                        .map(due -> Duration.between(now, due))
                        .orElse(LONGEST_WAIT);
                next(until.compareTo(LONGEST_WAIT) < 0 ? until.plusMillis(1) : LONGEST_WAIT);
                return;
            }
            sweeping = true;
            sweepMostUrgent().whenComplete((result, failure) -> {
                boolean progress =
                        failure == null && result.isPresent() && result.get().announced() > 0;
                boolean again = progress || wanted;
                sweeping = false;
                wanted = false;
                next(again ? Duration.ZERO : RETRY);
            });
        });
    }

    /** Announces the region of the content that is most overdue; empty when nothing is due. */
    public CompletionStage<Optional<SweepResult>> sweepMostUrgent() {
        Optional<ProvideSchedule.Entry> urgent = schedule.mostUrgent(clock.instant());
        if (urgent.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        RegionSearch search =
                new RegionSearch(urgent.get().multihash(), node.config().bucketSize(), random.nextLong());
        return search(search)
                .thenCompose(this::pastPlanted)
                .thenCompose(this::announce)
                .thenApply(Optional::of);
    }

    /**
     * Where the servers of a content are improbably close to it, somebody may have planted them to make it disappear: the
     * region is searched again for twice as many, past those. As a single announcement does.
     */
    private CompletionStage<RegionSearch> pastPlanted(RegionSearch search) {
        int k = node.config().bucketSize();
        boolean suspicious = search.k() == k
                && schedule.in(search.region()).stream()
                        .anyMatch(content -> node.isSuspicious(content.key(), search.serversOf(content.key())));
        return suspicious
                ? search(new RegionSearch(search.content(), 2 * k, random.nextLong()))
                : CompletableFuture.completedFuture(search);
    }

    private CompletionStage<RegionSearch> search(RegionSearch search) {
        Optional<ByteString> key = search.nextKey();
        if (key.isEmpty()) {
            return CompletableFuture.completedFuture(search);
        }
        counters.lookups++;
        return node.closestPeers(key.get(), search.k()).thenCompose(found -> {
            search.found(found.closest());
            return search(search);
        });
    }

    private CompletionStage<SweepResult> announce(RegionSearch search) {
        List<ProvideSchedule.Entry> contents = schedule.in(search.region());
        Map<PeerId, KadPeer> servers = new TreeMap<>();
        Map<PeerId, List<ByteString>> loads = new TreeMap<>();
        Map<ByteString, int[]> told = new LinkedHashMap<>();
        for (ProvideSchedule.Entry content : contents) {
            List<KadPeer> wanted = search.serversOf(content.key());
            told.put(content.multihash(), new int[] {0, wanted.size()});
            for (KadPeer server : wanted) {
                servers.put(server.id(), server);
                loads.computeIfAbsent(server.id(), id -> new ArrayList<>()).add(content.multihash());
            }
        }
        List<KadPeer> order = List.copyOf(servers.values());
        List<CompletableFuture<?>> lanes = new ArrayList<>();
        for (int lane = 0; lane < PARALLEL_DELIVERIES; lane++) {
            lanes.add(deliverFrom(order, lane, loads, told).toCompletableFuture());
        }
        return CompletableFuture.allOf(lanes.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    int announced = settle(told);
                    counters.regions++;
                    return new SweepResult(search.region(), contents.size(), announced, order.size(), search.lookups());
                });
    }

    private CompletionStage<Void> deliverFrom(
            List<KadPeer> order, int index, Map<PeerId, List<ByteString>> loads, Map<ByteString, int[]> told) {
        if (index >= order.size()) {
            return CompletableFuture.completedFuture(null);
        }
        KadPeer server = order.get(index);
        List<ByteString> load = loads.getOrDefault(server.id(), List.of());
        return deliveries.deliver(server, load).thenCompose(all -> {
            if (all) {
                load.forEach(multihash -> told.getOrDefault(multihash, new int[2])[0]++);
            }
            return deliverFrom(order, index + PARALLEL_DELIVERIES, loads, told);
        });
    }

    private int settle(Map<ByteString, int[]> told) {
        Instant now = clock.instant();
        int announced = 0;
        for (Map.Entry<ByteString, int[]> content : told.entrySet()) {
            int reached = content.getValue()[0];
            if (reached > 0 && reached >= ENOUGH * content.getValue()[1]) {
                schedule.announced(content.getKey(), now);
                announced++;
            }
        }
        counters.announced += announced;
        counters.incomplete += told.size() - announced;
        return announced;
    }

    public ProvideSchedule schedule() {
        return schedule;
    }

    public ProvideCounters.Snapshot counters() {
        return counters.snapshot();
    }
}
