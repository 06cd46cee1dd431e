package beacon.dht.libp2p;

import beacon.dht.Host;
import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostListener;
import beacon.dht.HostStream;
import beacon.dht.PeerBook;
import beacon.dht.PeerInfo;
import beacon.dht.Stages;
import beacon.dht.StreamHandler;
import beacon.dht.Timers;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.ProtocolChoice;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host on TCP. I/O threads own the connections; all state here belongs to the plane's loop, to which they send
 * messages.
 */
public final class TcpHost implements Host {
    private static final Logger LOG = LoggerFactory.getLogger(TcpHost.class);
    private static final Duration SWEEP = Duration.ofSeconds(10);
    private static final Duration SPARE_IDLE = Duration.ofSeconds(30);
    private static final Duration PUSH_DELAY = Duration.ofMillis(50);
    private static final Duration IDENTIFY_AGAIN = Duration.ofSeconds(3);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
    private static final int IDENTIFY_ATTEMPTS = 3;
    private static final int MAX_PEERS_REMEMBERED = 10_000;
    private static final int PUSHES_PER_MINUTE = 30;

    private final Settings settings;
    private final ScheduledExecutorService loop;
    private final Limits limits;
    private final Counters counters = new Counters();
    private final PeerBook book = new PeerBook(MAX_PEERS_REMEMBERED);
    private final ConnectionTable table;
    private final Map<String, StreamHandler> handlers = new TreeMap<>();
    /** Each push costs a signature check and a round of listeners; forgotten with the connection. */
    private final Map<PeerId, TokenBucket> pushes = new TreeMap<>();

    private final List<HostListener> listeners = new ArrayList<>();
    private final List<Multiaddr> listening = new ArrayList<>();
    private volatile List<Multiaddr> advertised = List.of();
    private final TcpTransport transport;
    private final Dialler dialler;
    private final Identify identify;
    private final Ping ping;
    private volatile Set<String> served = Set.of();
    private @Nullable ScheduledFuture<?> sweep;
    private boolean pushPlanned;
    private boolean closed;

    /**
     * What a host is made of.
     *
     * @param listen addresses to listen at; port 0 takes a free one
     * @param loop to which the state of the data plane belongs; single-threaded
     * @param agent free text that others see
     */
    public record Settings(
            PeerKeys keys,
            List<Multiaddr> listen,
            Limits limits,
            ScheduledExecutorService loop,
            SecureRandom random,
            InstantSource clock,
            String agent) {
        public Settings {
            listen = List.copyOf(listen);
        }
    }

    private TcpHost(Settings settings) {
        this.settings = settings;
        this.loop = settings.loop();
        this.limits = settings.limits();
        this.table = new ConnectionTable(settings.keys().peerId());
        Identity identity = new Identity(settings.keys(), settings.random());
        this.transport = new TcpTransport(identity, limits, new TcpConnection.Terms(counters, new FromConnections()));
        this.dialler = new Dialler(transport, loop, book, limits, counters);
        this.identify = new Identify(settings, this::listenAddresses, this::protocols);
        this.ping = new Ping(loop, settings.random());
    }

    /** Starts a host; it listens when this returns. Called before the loop has anything to do with it. */
    public static TcpHost start(Settings settings) {
        TcpHost host = new TcpHost(settings);
        for (Multiaddr address : settings.listen()) {
            host.listening.add(host.transport.listen(address));
        }
        host.handlers.put(Identify.ASK, stream -> host.identify.answer(stream, host.observed(stream)));
        host.handlers.put(Identify.PUSH, host::takePush);
        host.handlers.put(Ping.PROTOCOL, host.ping::answer);
        host.served = Set.copyOf(host.handlers.keySet());
        host.planSweep();
        return host;
    }

    private void takePush(HostStream stream) {
        boolean wanted = pushes.computeIfAbsent(
                        stream.remote(), peer -> new TokenBucket(PUSHES_PER_MINUTE, System.nanoTime()))
                .take(System.nanoTime());
        if (wanted && table.contains(stream.remote())) {
            learn(identify.read(stream));
        } else {
            counters.limitsReached.increment();
            stream.reset();
        }
    }

    private Optional<Multiaddr> observed(HostStream stream) {
        return stream instanceof TcpStream tcp
                        && tcp.connection().context().channel().remoteAddress() instanceof InetSocketAddress from
                ? Optional.of(TcpTransport.multiaddr(from))
                : Optional.empty();
    }

    @Override
    public PeerId id() {
        return settings.keys().peerId();
    }

    @Override
    public ScheduledExecutorService loop() {
        return loop;
    }

    @Override
    public List<Multiaddr> listenAddresses() {
        return advertised.isEmpty() ? List.copyOf(listening) : advertised;
    }

    /** Tells others these addresses in place of those at which it listens, which may be wildcards or behind a translator. */
    public void advertise(List<Multiaddr> addresses) {
        advertised = List.copyOf(addresses);
    }

    @Override
    public PeerBook peers() {
        return book;
    }

    public Counters counters() {
        return counters;
    }

    @Override
    public CompletionStage<PeerId> connect(PeerId peer, List<Multiaddr> addresses) {
        if (closed) {
            return failed(Reason.CLOSED, "this host is closed");
        }
        if (peer.equals(id())) {
            return failed(Reason.UNREACHABLE, "expected another peer, but found this one");
        }
        book.addAddresses(peer, addresses);
        if (table.contains(peer)) {
            return CompletableFuture.completedFuture(peer);
        }
        if (table.size() >= limits.connections().total() && !makeRoom(false)) {
            return failed(Reason.LIMIT, "expected room for another connection, but found none");
        }
        return dialler.dial(peer)
                .thenCompose(dialled -> table.contains(peer)
                        ? CompletableFuture.completedFuture(peer)
                        : failed(Reason.CLOSED, "the connection is closed"));
    }

    /** For a connection of our own any other may go, for one that somebody else wants only an idle one. */
    private boolean makeRoom(boolean idleOnly) {
        Optional<TcpConnection> leastUseful = table.leastUseful(System.nanoTime(), idleOnly);
        leastUseful.ifPresent(connection -> {
            connection.close(new HostException(Reason.LIMIT, "closed to make room for another"));
            forget(connection);
        });
        return leastUseful.isPresent();
    }

    @Override
    public CompletionStage<Void> disconnect(PeerId peer) {
        for (TcpConnection connection : table.of(peer)) {
            connection.close(new HostException(Reason.CLOSED, "this host closed the connection"));
            forget(connection);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isConnected(PeerId peer) {
        return table.contains(peer);
    }

    @Override
    public List<PeerId> connected() {
        return table.peers();
    }

    @Override
    public CompletionStage<HostStream> newStream(PeerId peer, List<String> protocols) {
        return connect(peer, List.of())
                .thenCompose(connected -> table.best(peer)
                        .map(connection -> open(connection, protocols))
                        .orElseGet(() -> failed(Reason.CLOSED, "the connection is closed")));
    }

    private CompletionStage<HostStream> open(TcpConnection connection, List<String> protocols) {
        CompletableFuture<HostStream> result = new CompletableFuture<>();
        ProtocolChoice choice = ProtocolChoice.proposing(protocols);
        StreamNegotiation negotiation =
                new StreamNegotiation(connection, choice, loop, new StreamNegotiation.Outcome() {
                    @Override
                    public void agreed(TcpStream stream) {
                        LoopCalls.tell(loop, () -> result.complete(stream));
                    }

                    @Override
                    public void failed(HostException cause) {
                        LoopCalls.tell(loop, () -> result.completeExceptionally(cause));
                    }
                });
        connection.withSession(session -> {
            try {
                negotiation.start(session.open(negotiation), limits.timeouts().negotiation());
            } catch (HostException e) {
                LoopCalls.tell(loop, () -> result.completeExceptionally(e));
            }
        });
        return result;
    }

    @Override
    public void handle(String protocol, StreamHandler handler) {
        boolean isNew = handlers.put(protocol, handler) == null;
        served = Set.copyOf(handlers.keySet());
        if (isNew) {
            planPush();
        }
    }

    @Override
    public void unhandle(String protocol) {
        if (handlers.remove(protocol) != null) {
            served = Set.copyOf(handlers.keySet());
            planPush();
        }
    }

    @Override
    public List<String> protocols() {
        return List.copyOf(handlers.keySet());
    }

    /** Several changes in a row make one push. */
    private void planPush() {
        if (!pushPlanned && !closed) {
            pushPlanned = true;
            Timers.run(loop, PUSH_DELAY, () -> {
                pushPlanned = false;
                for (PeerId peer : table.peers()) {
                    table.best(peer).ifPresent(this::pushTo);
                }
            });
        }
    }

    private void pushTo(TcpConnection connection) {
        open(connection, List.of(Identify.PUSH)).thenAccept(identify::push);
    }

    @Override
    public void listen(HostListener listener) {
        listeners.add(listener);
    }

    @Override
    public CompletionStage<Duration> ping(PeerId peer) {
        return newStream(peer, List.of(Ping.PROTOCOL)).thenCompose(ping::measure);
    }

    /**
     * Asks a peer who it is and at which address it sees this one; connects first like {@link #newStream}. Some peers
     * answer one such question at a time, and ask themselves on connecting; so it is asked again when it fails.
     */
    public CompletionStage<Identified> identify(PeerId peer) {
        return identify(peer, IDENTIFY_ATTEMPTS);
    }

    /**
     * What a peer says about itself and about this one.
     *
     * @param observed address at which it sees this peer
     */
    public record Identified(PeerInfo info, Optional<Multiaddr> observed) {}

    private CompletionStage<Identified> identify(PeerId peer, int attemptsLeft) {
        CompletionStage<Identify.Answer> told =
                newStream(peer, List.of(Identify.ASK)).thenCompose(identify::read);
        learn(told);
        CompletableFuture<Identified> result = new CompletableFuture<>();
        told.whenComplete((answer, failure) -> {
            if (failure == null) {
                result.complete(new Identified(answer.info(), answer.observed()));
            } else if (attemptsLeft > 1 && table.contains(peer)) {
                Timers.run(
                        loop,
                        ASK_AGAIN,
                        () -> identify(peer, attemptsLeft - 1).whenComplete((later, again) -> {
                            if (again == null) {
                                result.complete(later);
                            } else {
                                result.completeExceptionally(Stages.cause(again));
                            }
                        }));
            } else {
                result.completeExceptionally(Stages.cause(failure));
            }
        });
        return result;
    }

    @Override
    public void protect(PeerId peer) {
        table.protect(peer);
    }

    @Override
    public void unprotect(PeerId peer) {
        table.unprotect(peer);
    }

    private void planSweep() {
        sweep = Timers.after(loop, SWEEP, () -> {
            long idle = limits.timeouts().idle().toNanos();
            for (TcpConnection connection : table.idle(System.nanoTime(), idle, SPARE_IDLE.toNanos())) {
                connection.close(new HostException(Reason.CLOSED, "the connection was idle"));
            }
            // Newcomers are refused at the limit, before they have a name; so idle ones go a little earlier.
            boolean room = true;
            while (room && table.size() > limits.connections().total() / 8 * 7) {
                room = makeRoom(true);
            }
            planSweep();
        });
    }

    @Override
    public CompletionStage<Void> close() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        if (closed) {
            result.complete(null);
            return result;
        }
        closed = true;
        if (sweep != null) {
            sweep.cancel(false);
        }
        transport.stopListening();
        dialler.close();
        table.peers().forEach(this::disconnect);
        transport.shutDown(() -> LoopCalls.tell(loop, () -> result.complete(null)));
        return result;
    }

    private void established(TcpConnection connection) {
        PeerId peer = connection.remote();
        boolean tooMany = table.of(peer).size() >= limits.connections().perPeer()
                || (table.size() >= limits.connections().total() && !makeRoom(true));
        if (closed || tooMany) {
            counters.limitsReached.increment();
            connection.close(new HostException(Reason.LIMIT, "expected fewer connections, but found too many"));
            return;
        }
        boolean first = table.add(connection);
        if (first) {
            dialler.established(peer);
            List.copyOf(listeners).forEach(listener -> listener.connected(peer));
        }
        askIdentity(connection, IDENTIFY_ATTEMPTS);
    }

    private void askIdentity(TcpConnection connection, int attemptsLeft) {
        CompletionStage<Identify.Answer> told =
                open(connection, List.of(Identify.ASK)).thenCompose(identify::read);
        told.whenComplete((info, failure) -> {
            if (failure != null
                    && attemptsLeft > 1
                    && table.of(connection.remote()).contains(connection)) {
                Timers.run(loop, IDENTIFY_AGAIN, () -> askIdentity(connection, attemptsLeft - 1));
            }
        });
        learn(told);
    }

    private void learn(CompletionStage<Identify.Answer> told) {
        told.thenAccept(answer -> {
            PeerInfo info = answer.info();
            if (table.contains(info.id())) {
                book.identified(info);
                List.copyOf(listeners).forEach(listener -> listener.identified(info));
            }
        });
    }

    private void forget(TcpConnection connection) {
        if (table.remove(connection)) {
            pushes.remove(connection.remote());
            List.copyOf(listeners).forEach(listener -> listener.disconnected(connection.remote()));
        }
    }

    private void serve(TcpStream stream) {
        StreamHandler handler = handlers.get(stream.protocol());
        if (handler == null) {
            stream.reset();
        } else {
            handler.accept(stream);
        }
    }

    private static <T> CompletionStage<T> failed(Reason reason, String message) {
        return CompletableFuture.failedFuture(new HostException(reason, message));
    }

    /** Carries what the I/O threads say to the loop. */
    private final class FromConnections implements TcpConnection.Owner {
        @Override
        public void established(TcpConnection connection) {
            LoopCalls.tell(loop, () -> TcpHost.this.established(connection));
        }

        @Override
        public void closed(TcpConnection connection, HostException cause) {
            LOG.debug("event=connection_closed peer={} dialled={}", connection.remote(), connection.isDialler(), cause);
            LoopCalls.tell(loop, () -> forget(connection));
        }

        @Override
        public YamuxStream.Events accept(TcpConnection connection, YamuxStream stream) {
            ProtocolChoice choice = ProtocolChoice.answering(protocol -> served.contains(protocol));
            StreamNegotiation negotiation =
                    new StreamNegotiation(connection, choice, loop, new StreamNegotiation.Outcome() {
                        @Override
                        public void agreed(TcpStream agreed) {
                            LoopCalls.tell(loop, () -> serve(agreed));
                        }

                        @Override
                        public void failed(HostException cause) {
                            // The stream was reset; there is nobody to tell.
                        }
                    });
            negotiation.start(stream, limits.timeouts().negotiation());
            return negotiation;
        }
    }
}
