package beacon.sim.kademlia;

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
import beacon.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The network as one process sees it. Dials take two round trips with handshake and identify, and time out where nobody is;
 * a stream opens with its first bytes. Connections that nobody uses make room for others.
 */
class SimHost implements Host {
    private static final long DIAL_MICROS = 10 * World.SECOND;

    private final Wire wire;
    private final Machine machine;
    private final PeerId id;
    private final List<Multiaddr> addresses;
    private final ProcessLoop loop;
    private final PeerBook peers;
    private final int maxConnections;
    private final Map<PeerId, Link> links = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<PeerId, CompletableFuture<PeerId>> dials = new LinkedHashMap<>();
    private final Set<Link> all = new LinkedHashSet<>();
    private final Map<String, StreamHandler> handlers = new TreeMap<>();
    private final List<HostListener> listeners = new ArrayList<>();
    private boolean closed;

    /** What bounds a host. */
    record Bounds(int connections, int peers) {
        static final Bounds DEFAULT = new Bounds(400, 10_000);
    }

    SimHost(Wire wire, Machine machine, PeerId id, List<Multiaddr> addresses, ProcessLoop loop, Bounds bounds) {
        this.wire = wire;
        this.machine = machine;
        this.id = id;
        this.addresses = List.copyOf(addresses);
        this.loop = loop;
        this.peers = new PeerBook(bounds.peers());
        this.maxConnections = bounds.connections();
        this.addresses.forEach(address -> wire.listen(address, this));
    }

    Machine machine() {
        return machine;
    }

    boolean isClosed() {
        return closed;
    }

    long now() {
        return wire.world().now();
    }

    int connectionCount() {
        return links.size();
    }

    @Override
    public PeerId id() {
        return id;
    }

    @Override
    public ScheduledExecutorService loop() {
        return loop;
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
        if (links.containsKey(peer)) {
            return CompletableFuture.completedFuture(peer);
        }
        CompletableFuture<PeerId> underWay = dials.get(peer);
        if (underWay != null) {
            return underWay;
        }
        CompletableFuture<PeerId> dial = new CompletableFuture<>();
        dials.put(peer, dial);
        dialNext(peer, peers.addresses(peer).iterator(), dial);
        return dial;
    }

    private void dialNext(PeerId peer, Iterator<Multiaddr> left, CompletableFuture<PeerId> dial) {
        if (closed) {
            return;
        }
        if (links.containsKey(peer)) {
            dials.remove(peer);
            dial.complete(peer);
            return;
        }
        if (!left.hasNext()) {
            dials.remove(peer);
            dial.completeExceptionally(new HostException(Reason.UNREACHABLE, "expected an address that answers"));
            return;
        }
        Multiaddr address = left.next();
        SimHost target = wire.at(address);
        if (target == null || !machine.reaches(target.machine)) {
            long micros = wire.refuses(machine, address) ? 2 * wire.delay(machine, machine) : DIAL_MICROS;
            wire.world().after(micros, () -> dialNext(peer, left, dial));
            return;
        }
        wire.count(machine, target.machine, 0);
        long there = 3 * wire.delay(machine, target.machine);
        wire.world().after(there, () -> {
            boolean meets = !target.closed && target.id.equals(peer) && machine.reaches(target.machine);
            Link link = new Link(wire, this, target);
            if (meets) {
                target.established(link, this);
            }
            wire.world().after(wire.delay(target.machine, machine), () -> {
                if (closed || !meets) {
                    dialNext(peer, left, dial);
                    return;
                }
                if (link.isOpen(target)) {
                    established(link, target);
                }
                dials.remove(peer);
                if (links.containsKey(peer)) {
                    dial.complete(peer);
                } else {
                    dial.completeExceptionally(new HostException(Reason.CLOSED, "the connection is closed"));
                }
            });
        });
    }

    private void established(Link link, SimHost far) {
        link.open(this);
        all.add(link);
        boolean first = links.put(far.id, link) == null;
        if (first) {
            List.copyOf(listeners).forEach(listener -> listener.connected(far.id));
        }
        identified(far.info());
        makeRoom();
    }

    private void makeRoom() {
        if (links.size() <= maxConnections) {
            return;
        }
        for (Link link : links.values()) {
            if (link.isIdle(this)) {
                link.close(this);
                return;
            }
        }
    }

    private PeerInfo info() {
        return new PeerInfo(id, addresses, protocols(), "simulated");
    }

    void identified(PeerInfo info) {
        if (!closed) {
            peers.identified(info);
            List.copyOf(listeners).forEach(listener -> listener.identified(info));
        }
    }

    /** This end of a connection is gone. */
    void lost(Link link, PeerId peer) {
        all.remove(link);
        if (links.remove(peer, link) && !closed) {
            List.copyOf(listeners).forEach(listener -> listener.disconnected(peer));
        }
    }

    @Override
    public CompletionStage<Void> disconnect(PeerId peer) {
        List.copyOf(all).stream().filter(link -> link.far(this).id.equals(peer)).forEach(link -> link.close(this));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isConnected(PeerId peer) {
        return links.containsKey(peer);
    }

    @Override
    public List<PeerId> connected() {
        return links.keySet().stream().sorted().toList();
    }

    @Override
    public CompletionStage<HostStream> newStream(PeerId peer, List<String> wanted) {
        Link standing = closed ? null : links.get(peer);
        return standing != null
                ? open(standing, peer, wanted)
                : connect(peer, List.of()).thenCompose(connected -> {
                    Link link = links.get(peer);
                    return link == null ? failed(Reason.CLOSED, "the connection is closed") : open(link, peer, wanted);
                });
    }

    private CompletionStage<HostStream> open(Link link, PeerId peer, List<String> wanted) {
        List<String> served = peers.info(peer).map(PeerInfo::protocols).orElse(List.of());
        for (String protocol : wanted) {
            if (served.contains(protocol)) {
                return CompletableFuture.completedFuture(SimStream.open(link, this, protocol));
            }
        }
        return failed(Reason.UNSUPPORTED, "expected one of %s to be served, but found none".formatted(wanted));
    }

    /** Takes a stream that a peer opens; false when nobody serves it. */
    boolean accept(SimStream stream) {
        StreamHandler handler = handlers.get(stream.protocol());
        stream.enter();
        if (handler == null) {
            return false;
        }
        handler.accept(stream);
        return true;
    }

    @Override
    public void handle(String protocol, StreamHandler handler) {
        if (handlers.put(protocol, handler) == null) {
            describe();
        }
    }

    @Override
    public void unhandle(String protocol) {
        if (handlers.remove(protocol) != null) {
            describe();
        }
    }

    private void describe() {
        PeerInfo info = info();
        List.copyOf(links.values()).forEach(link -> link.describe(this, info));
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
        return failed(Reason.UNSUPPORTED, "nothing that is simulated pings");
    }

    @Override
    public void protect(PeerId peer) {
        // Nothing that is simulated asks for it.
    }

    @Override
    public void unprotect(PeerId peer) {
        // See protect.
    }

    /** The process ends. Its machine tells the peers, unless it has no power or is cut off. */
    @Override
    public CompletionStage<Void> close() {
        if (!closed) {
            List.copyOf(all).forEach(link -> link.close(this));
            closed = true;
            addresses.forEach(address -> wire.unlisten(address, this));
        }
        return CompletableFuture.completedFuture(null);
    }

    private static <T> CompletionStage<T> failed(Reason reason, String message) {
        return CompletableFuture.failedFuture(new HostException(reason, message));
    }
}
