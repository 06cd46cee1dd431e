package beacon.dht.kademlia;

import beacon.dht.Host;
import beacon.dht.HostStream;
import beacon.dht.MessageStream;
import beacon.dht.PeerInfo;
import beacon.dht.kademlia.KadException.Kind;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * A node of the DHT: finds peers, providers and values for its user, and serves others unless it is a client. Belongs to
 * the host's loop; every stage completes there, and fails with {@link KadException} only.
 */
public final class Kademlia {
    private static final Duration STREAM_IDLE = Duration.ofSeconds(60);

    private final Host host;
    private final InstantSource clock;
    private final KadConfig config;
    private final RoutingTable table;
    private final ProviderStore providers;
    private final ValueStore values;
    private final Validators validators;
    private final KadServer server;
    private final KadCounters counters = new KadCounters();
    private final NetworkSize size = new NetworkSize();
    private final KadRpc rpc;
    private final Query.Context context;
    private final Maintenance maintenance;

    /** A node that does nothing until {@link #start}. */
    public Kademlia(Host host, InstantSource clock, RandomGenerator random, KadConfig config, Validators validators) {
        this.host = host;
        this.clock = clock;
        this.config = config;
        this.validators = validators;
        Duration life = config.times().recordLife();
        this.table = new RoutingTable(
                KadKey.of(host.id()), config.bucketSize(), config.limits().groups());
        this.providers = new ProviderStore(config.limits().maxProviderRecords(), life);
        this.values = new ValueStore(config.limits().maxValueRecords(), life, validators);
        this.server = new KadServer(config, table, providers, values, this::known);
        this.rpc = new KadRpc(host, clock, config, table, counters);
        this.context = new Query.Context(
                host.loop(), clock, rpc, table, size, counters, config.times().query(), host.id());
        this.maintenance =
                new Maintenance(host, context, random, config, request -> walk(request, config.closestRules()));
    }

    private Optional<KadPeer> known(PeerId peer) {
        return host.peers().info(peer).map(info -> new KadPeer(peer, info.addresses()));
    }

    /**
     * Begins to serve and to fill the routing table.
     *
     * @param before what was kept of the last run
     * @return done when the first round is
     */
    public CompletionStage<Void> start(Optional<KadState> before) {
        Instant now = clock.instant();
        before.ifPresent(state -> {
            providers.restore(state.providers(), now);
            values.restore(state.values(), now);
        });
        host.listen(maintenance);
        for (PeerId peer : host.connected()) {
            host.peers().info(peer).ifPresent(maintenance::identified);
        }
        if (config.server()) {
            host.handle(config.protocol(), this::serve);
        }
        return maintenance.start(before.map(KadState::peers).orElse(List.of()));
    }

    /** Stops serving and walking. */
    public void close() {
        host.unhandle(config.protocol());
        maintenance.close();
    }

    private void serve(HostStream stream) {
        new ServedStream(host.loop(), new MessageStream(stream, KadCodec.MAX_MESSAGE_BYTES), STREAM_IDLE)
                .serve(request -> answer(stream.remote(), request));
    }

    private Optional<ByteString> answer(PeerId from, ByteString request) {
        Instant now = clock.instant();
        try {
            Optional<KadMessage> answer = server.handle(from, KadCodec.decode(request), now);
            table.seen(from, now);
            counters.requestsServed++;
            return answer.map(KadCodec::encode);
        } catch (WireException e) {
            counters.requestsRefused++;
            throw e;
        }
    }

    /** The k peers closest to a raw key that answer. */
    public CompletionStage<LookupResult> closestPeers(ByteString rawKey) {
        return closestPeers(rawKey, config.bucketSize());
    }

    /** The closest peers to a raw key that answer, as many as wanted. */
    public CompletionStage<LookupResult> closestPeers(ByteString rawKey, int count) {
        LookupRules rules = new LookupRules(count, config.parallelism(), count, config.disjointPaths());
        return walk(KadMessage.findNode(rawKey), rules);
    }

    private CompletionStage<LookupResult> walk(KadMessage request, LookupRules rules) {
        KadKey target = KadKey.of(request.key());
        return Query.run(context, request, rules, Query.Visitor.NONE).whenComplete((found, failure) -> {
            if (found != null && !found.timedOut()) {
                size.observe(target, found.closest());
            }
        });
    }

    /** Where a peer may be reached; empty when nobody who was asked knows. */
    public CompletionStage<Optional<KadPeer>> findPeer(PeerId peer) {
        if (host.isConnected(peer)) {
            return CompletableFuture.completedFuture(known(peer));
        }
        List<KadPeer> found = new ArrayList<>();
        return Query.run(context, KadMessage.findNode(peer.bytes()), config.closestRules(), (from, answer) -> {
                    answer.closer().stream()
                            .filter(named -> named.id().equals(peer))
                            .forEach(found::add);
                    return !found.isEmpty();
                })
                .thenApply(done -> found.stream().findFirst());
    }

    /** One request to one peer, with the whole query time. */
    public CompletionStage<KadMessage> ask(KadPeer peer, KadMessage request) {
        return rpc.ask(peer, request, config.times().query()).handle((answer, failure) -> {
            if (failure != null) {
                counters.queryTimeouts++;
                throw KadException.timeout();
            }
            return answer;
        });
    }

    /**
     * Peers that have some content, this one included when it says so itself.
     *
     * @param stopAfter enough
     */
    public CompletionStage<Providers> findProviders(ByteString multihash, int stopAfter) {
        ProviderSearch search = new ProviderSearch(stopAfter);
        providers.providers(multihash, clock.instant()).forEach(record -> search.add(record.provider()));
        if (search.isEnough()) {
            return CompletableFuture.completedFuture(search.known());
        }
        Instant start = clock.instant();
        return Query.run(context, KadMessage.getProviders(multihash), config.contentRules(), (from, answer) -> {
                    search.addAll(answer.providers(), Duration.between(start, clock.instant()));
                    return search.isEnough();
                })
                .thenApply(walked -> search.resultOf(walked));
    }

    /** Tells the k closest peers that this one has some content; while it walks, those that are surely among them. */
    public CompletionStage<ProvideResult> provide(ByteString multihash) {
        return new Announcement(this, rpc, size, config, multihash).run(context);
    }

    /** This peer as others should find it. */
    KadPeer self() {
        return new KadPeer(host.id(), config.limits().addresses().keep(host.listenAddresses()));
    }

    /** Keeps a record of this peer itself, as when it is one of the closest. */
    void keepOwn(ByteString multihash) {
        if (config.server()) {
            providers.add(multihash, self(), clock.instant());
        }
    }

    /** Takes announcements of one peer that come many at a time; how many were kept, 0 when it sends too many. */
    public int addProviders(KadPeer provider, List<ByteString> multihashes) {
        Instant now = clock.instant();
        if (!server.admitsBatch(provider.id(), multihashes.size(), now)) {
            counters.requestsRefused++;
            return 0;
        }
        counters.requestsServed++;
        KadPeer kept = server.kept(provider);
        int added = 0;
        for (ByteString multihash : multihashes) {
            added += !kept.addresses().isEmpty() && providers.add(multihash, kept, now) ? 1 : 0;
        }
        return added;
    }

    /**
     * Stores a value at the k closest peers.
     *
     * @return peers that took it; fails with INVALID for a record no validator accepts
     */
    public CompletionStage<Integer> putValue(ByteString key, ByteString value) {
        if (!validators.isValid(key, value)) {
            return KadRpc.failed(new KadException(
                    Kind.INVALID, "expected a record of a known namespace with a valid value, but found another"));
        }
        if (config.server()) {
            values.put(key, value, clock.instant());
        }
        return closestPeers(key).thenCompose(found -> putAt(found.closest(), key, value));
    }

    private CompletionStage<Integer> putAt(List<KadPeer> peers, ByteString key, ByteString value) {
        int[] stored = {0};
        List<CompletableFuture<?>> puts = new ArrayList<>();
        for (KadPeer peer : peers) {
            puts.add(rpc.ask(peer, KadMessage.putValue(key, value))
                    .handle((answer, failure) -> {
                        stored[0] += failure == null ? 1 : 0;
                        return null;
                    })
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(puts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> stored[0]);
    }

    /** The best value that the closest peers have; those that have a worse one or none are told. */
    public CompletionStage<Optional<ByteString>> getValue(ByteString key) {
        ValueSearch search = new ValueSearch(key, validators);
        values.get(key, clock.instant()).ifPresent(record -> search.add(Optional.empty(), record));
        return Query.run(context, KadMessage.getValue(key), config.closestRules(), (from, answer) -> {
                    search.visited(from, answer);
                    return false;
                })
                .thenApply(walked -> {
                    search.best()
                            .ifPresent(best -> putAt(search.behind(walked.closest()), key, best)
                                    .whenComplete((count, failure) -> {}));
                    return search.best();
                });
    }

    /** Gets to know peers that somebody else knows of; those that do not answer are left out. */
    public CompletionStage<Void> meet(List<KadPeer> peers) {
        return maintenance.introduce(peers);
    }

    /** One round of upkeep now. */
    public CompletionStage<Void> refresh() {
        return maintenance.refresh();
    }

    /** What should survive a restart. */
    public KadState state() {
        Instant now = clock.instant();
        providers.expire(now);
        return new KadState(
                table.entries().stream().map(TableEntry::peer).toList(),
                List.copyOf(providers.all()),
                List.copyOf(values.all()));
    }

    public RoutingTable table() {
        return table;
    }

    public KadCounters.Snapshot counters() {
        return counters.snapshot();
    }

    public KadCounters.Histograms histograms() {
        return counters.histograms();
    }

    /** Value records kept for others. */
    public int valueRecords() {
        return values.size();
    }

    /** Servers in the network, an estimate; 0 before the first walk. */
    public double networkSize() {
        return size.estimate();
    }

    /** Whether the peers closest to a point are so close to it that somebody may have planted them. */
    public boolean isSuspicious(KadKey point, List<KadPeer> closest) {
        return size.isImprobablyDense(point, closest);
    }

    /** Provider records kept for others. */
    public int providerRecords() {
        return providers.size();
    }

    /** Whether a provider record for some content is kept here. */
    public boolean provides(ByteString multihash) {
        return !providers.providers(multihash, clock.instant()).isEmpty();
    }

    /** The provider records for some content that are kept here and live. */
    public List<ProviderRecord> recordsOf(ByteString multihash) {
        return providers.providers(multihash, clock.instant());
    }

    public KadConfig config() {
        return config;
    }

    public Host host() {
        return host;
    }

    /** Whether a peer said that it serves a protocol. */
    public boolean serves(PeerId peer, String protocol) {
        return host.peers()
                .info(peer)
                .filter(info -> info.serves(protocol))
                .map(PeerInfo::id)
                .isPresent();
    }
}
