package beacon.dht.memory;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.Timers;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that reach each other through one scheduler. All of them share the loop, so a virtual scheduler makes a run
 * repeatable. Bytes of one direction of a stream arrive in order whatever the delays are.
 */
public final class MemoryNetwork {
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(10);

    private final ScheduledExecutorService loop;
    private final Links links;
    private final Map<Multiaddr, MemoryHost> listeners = new LinkedHashMap<>();
    private final Map<Pair, MemoryConnection> connections = new LinkedHashMap<>();

    private record Pair(PeerId lesser, PeerId greater) {
        static Pair of(MemoryHost one, MemoryHost other) {
            return one.id().compareTo(other.id()) < 0 ? new Pair(one.id(), other.id()) : new Pair(other.id(), one.id());
        }
    }

    /** What the way between two peers is like; asked for everything that is sent. */
    public interface Links {
        /** Time that bytes take one way. */
        Duration delay(PeerId from, PeerId to);

        /** Whether anything sent now arrives at all. */
        default boolean isOpen(PeerId from, PeerId to) {
            return true;
        }
    }

    public MemoryNetwork(ScheduledExecutorService loop, Links links) {
        this.loop = loop;
        this.links = links;
    }

    /** A new host that listens at the addresses. */
    public MemoryHost host(PeerId id, List<Multiaddr> addresses) {
        MemoryHost host = new MemoryHost(this, id, addresses);
        for (Multiaddr address : addresses) {
            MemoryHost other = listeners.putIfAbsent(address, host);
            if (other != null) {
                throw new IllegalArgumentException("expected a free address, but found %s taken".formatted(address));
            }
        }
        return host;
    }

    ScheduledExecutorService loop() {
        return loop;
    }

    @Nullable
    MemoryHost listenerAt(Multiaddr address) {
        return listeners.get(address);
    }

    /** The connection of two hosts; dials from both sides at the same moment meet in one. */
    MemoryConnection connection(MemoryHost dialler, MemoryHost listener) {
        Pair pair = Pair.of(dialler, listener);
        MemoryConnection existing = connections.get(pair);
        if (existing != null && existing.isOpen()) {
            return existing;
        }
        MemoryConnection created = new MemoryConnection(dialler, listener);
        connections.put(pair, created);
        return created;
    }

    void forget(MemoryConnection connection, MemoryHost side) {
        connections.remove(Pair.of(side, connection.other(side)), connection);
    }

    void remove(MemoryHost host) {
        listeners.values().removeIf(listener -> listener == host);
    }

    /** Runs something at the other end after the delay of the link; never when the link is down. */
    void send(PeerId from, PeerId to, Runnable arrival) {
        if (links.isOpen(from, to)) {
            Timers.run(loop, links.delay(from, to), arrival);
        }
    }

    /** One way and back over the links. */
    CompletionStage<Duration> roundTrip(PeerId from, PeerId to) {
        CompletableFuture<Duration> result = new CompletableFuture<>();
        Duration there = links.delay(from, to);
        Duration back = links.delay(to, from);
        after(
                PING_TIMEOUT,
                () -> result.completeExceptionally(
                        new HostException(Reason.TIMEOUT, "expected a pong, but found nothing")));
        if (links.isOpen(from, to) && links.isOpen(to, from)) {
            after(there.plus(back), () -> result.complete(there.plus(back)));
        }
        return result;
    }

    void after(Duration delay, Runnable task) {
        Timers.run(loop, delay, task);
    }
}
