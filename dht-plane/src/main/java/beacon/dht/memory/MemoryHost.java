package beacon.dht.memory;

import beacon.dht.Host;
import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.HostListener;
import beacon.dht.HostStream;
import beacon.dht.PeerBook;
import beacon.dht.PeerInfo;
import beacon.dht.StreamHandler;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

/** A peer of a {@link MemoryNetwork}. */
public final class MemoryHost implements Host {
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_PEERS_REMEMBERED = 10_000;

    private final MemoryNetwork network;
    private final PeerId id;
    private final List<Multiaddr> addresses;
    private final PeerBook peers = new PeerBook(MAX_PEERS_REMEMBERED);
    private final Map<PeerId, MemoryConnection> connections = new TreeMap<>();
    private final Map<String, StreamHandler> handlers = new TreeMap<>();
    private final List<HostListener> listeners = new ArrayList<>();
    private boolean closed;

    MemoryHost(MemoryNetwork network, PeerId id, List<Multiaddr> addresses) {
        this.network = network;
        this.id = id;
        this.addresses = List.copyOf(addresses);
    }

    MemoryNetwork network() {
        return network;
    }

    @Override
    public PeerId id() {
        return id;
    }

    @Override
    public ScheduledExecutorService loop() {
        return network.loop();
    }

    @Override
    public List<Multiaddr> listenAddresses() {
        return addresses;
    }

    @Override
    public PeerBook peers() {
        return peers;
    }

    @Override
    public CompletionStage<PeerId> connect(PeerId peer, List<Multiaddr> known) {
        if (closed) {
            return failed(Reason.CLOSED, "this host is closed");
        }
        if (peer.equals(id)) {
            return failed(Reason.UNREACHABLE, "expected another peer, but found this one");
        }
        peers.addAddresses(peer, known);
        if (connections.containsKey(peer)) {
            return CompletableFuture.completedFuture(peer);
        }
        for (Multiaddr address : peers.addresses(peer)) {
            MemoryHost target = network.listenerAt(address);
            if (target != null && !target.closed) {
                return target.id.equals(peer)
                        ? dial(target)
                        : failed(Reason.WRONG_PEER, "expected %s, but found %s".formatted(peer, target.id));
            }
        }
        return failed(Reason.UNREACHABLE, "expected an address of %s that answers, but found none".formatted(peer));
    }

    private CompletionStage<PeerId> dial(MemoryHost target) {
        CompletableFuture<PeerId> result = new CompletableFuture<>();
        network.after(
                DIAL_TIMEOUT,
                () -> result.completeExceptionally(new HostException(
                        Reason.TIMEOUT, "expected %s to answer, but found nothing".formatted(target.id))));
        network.send(id, target.id, () -> {
            if (target.closed) {
                network.send(
                        target.id,
                        id,
                        () -> result.completeExceptionally(new HostException(Reason.UNREACHABLE, "the peer is gone")));
                return;
            }
            MemoryConnection connection = network.connection(this, target);
            target.established(connection);
            network.send(target.id, id, () -> {
                if (closed) {
                    connection.close(this);
                }
                if (connection.isOpen()) {
                    established(connection);
                    result.complete(target.id);
                } else {
                    fail(result, new HostException(Reason.CLOSED, "the connection is closed"));
                }
            });
        });
        return result;
    }

    private void established(MemoryConnection connection) {
        PeerId peer = connection.other(this).id;
        if (closed || !connection.isOpen() || connections.putIfAbsent(peer, connection) != null) {
            return;
        }
        List.copyOf(listeners).forEach(listener -> listener.connected(peer));
        describeTo(connection);
    }

    private void describeTo(MemoryConnection connection) {
        MemoryHost far = connection.other(this);
        PeerInfo self = new PeerInfo(id, addresses, protocols(), "memory");
        network.send(id, far.id, () -> {
            if (connection.isOpen() && !far.closed) {
                far.established(connection);
                far.peers.identified(self);
                List.copyOf(far.listeners).forEach(listener -> listener.identified(self));
            }
        });
    }

    void lost(MemoryConnection connection) {
        PeerId peer = connection.other(this).id;
        if (connections.remove(peer, connection)) {
            List.copyOf(listeners).forEach(listener -> listener.disconnected(peer));
        }
    }

    @Override
    public CompletionStage<Void> disconnect(PeerId peer) {
        MemoryConnection connection = connections.get(peer);
        if (connection != null) {
            connection.close(this);
        }
        return done();
    }

    @Override
    public boolean isConnected(PeerId peer) {
        return connections.containsKey(peer);
    }

    @Override
    public List<PeerId> connected() {
        return List.copyOf(connections.keySet());
    }

    @Override
    public CompletionStage<HostStream> newStream(PeerId peer, List<String> wanted) {
        return connect(peer, List.of()).thenCompose(connected -> open(peer, wanted));
    }

    private CompletionStage<HostStream> open(PeerId peer, List<String> wanted) {
        MemoryConnection connection = connections.get(peer);
        if (connection == null) {
            return failed(Reason.CLOSED, "the connection is closed");
        }
        CompletableFuture<HostStream> result = new CompletableFuture<>();
        MemoryHost target = connection.other(this);
        network.after(
                DIAL_TIMEOUT,
                () -> result.completeExceptionally(
                        new HostException(Reason.TIMEOUT, "expected a protocol to be agreed on, but found nothing")));
        network.send(id, peer, () -> {
            if (!connection.isOpen()) {
                fail(result, new HostException(Reason.CLOSED, "the connection is closed"));
                return;
            }
            for (String protocol : wanted) {
                StreamHandler handler = target.handlers.get(protocol);
                if (handler != null) {
                    MemoryStream.Ends ends = MemoryStream.open(connection, this, protocol);
                    network.send(peer, id, () -> {
                        if (!result.complete(ends.opener())) {
                            ends.opener().reset();
                        }
                    });
                    handler.accept(ends.accepter());
                    return;
                }
            }
            network.send(
                    peer,
                    id,
                    () -> fail(
                            result,
                            new HostException(
                                    Reason.UNSUPPORTED,
                                    "expected one of %s to be served, but found none".formatted(wanted))));
        });
        return result;
    }

    private static void fail(CompletableFuture<?> result, HostException failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void handle(String protocol, StreamHandler handler) {
        if (handlers.put(protocol, handler) == null) {
            connections.values().forEach(this::describeTo);
        }
    }

    @Override
    public void unhandle(String protocol) {
        if (handlers.remove(protocol) != null) {
            connections.values().forEach(this::describeTo);
        }
    }

    @Override
    public List<String> protocols() {
        return List.copyOf(handlers.keySet());
    }

    @Override
    public void listen(HostListener listener) {
        listeners.add(listener);
    }

    @Override
    public CompletionStage<Duration> ping(PeerId peer) {
        return connect(peer, List.of()).thenCompose(connected -> network.roundTrip(id, peer));
    }

    @Override
    public void protect(PeerId peer) {
        // No connection of this network is ended to make room.
    }

    @Override
    public void unprotect(PeerId peer) {
        // See protect.
    }

    @Override
    public CompletionStage<Void> close() {
        if (!closed) {
            closed = true;
            network.remove(this);
            List.copyOf(connections.values()).forEach(connection -> connection.close(this));
        }
        return done();
    }

    private static CompletionStage<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    private static <T> CompletionStage<T> failed(Reason reason, String message) {
        return CompletableFuture.failedFuture(new HostException(reason, message));
    }
}
