package beacon.dht.libp2p;

import beacon.dht.HostException;
import beacon.dht.HostException.Reason;
import beacon.dht.PeerBook;
import beacon.dht.Stages;
import beacon.dht.Timers;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Dials peers: one attempt per peer at a time, the next address when one failed or stays silent for a moment, nothing
 * to addresses that failed lately. Belongs to the plane's loop.
 */
final class Dialler {
    private static final Duration NEXT_ADDRESS = Duration.ofMillis(500);

    private final TcpTransport transport;
    private final ScheduledExecutorService loop;
    private final PeerBook book;
    private final Limits limits;
    private final Counters counters;
    private final BackOff backOff;
    private final Map<PeerId, Attempt> attempts = new TreeMap<>();
    private int dials;
    private boolean closed;

    Dialler(TcpTransport transport, ScheduledExecutorService loop, PeerBook book, Limits limits, Counters counters) {
        this.transport = transport;
        this.loop = loop;
        this.book = book;
        this.limits = limits;
        this.counters = counters;
        this.backOff = new BackOff(limits.timeouts().backOff().toNanos());
    }

    CompletionStage<PeerId> dial(PeerId peer) {
        Attempt running = attempts.get(peer);
        if (running != null) {
            running.learn(book.addresses(peer));
            return running.result;
        }
        if (closed || attempts.size() >= 4 * limits.connections().dials()) {
            return CompletableFuture.failedFuture(closed ? gone() : tooMany());
        }
        List<Multiaddr> usable = usable(book.addresses(peer));
        if (usable.isEmpty()) {
            return CompletableFuture.failedFuture(new HostException(
                    Reason.UNREACHABLE,
                    "expected an address of %s that can be dialled, but found none".formatted(peer)));
        }
        long now = System.nanoTime();
        List<Multiaddr> allowed = allowed(usable, now);
        if (allowed.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new HostException(Reason.BACKING_OFF, "dials of %s failed lately".formatted(peer)));
        }
        Attempt attempt = new Attempt(peer, allowed);
        attempts.put(peer, attempt);
        attempt.next();
        return attempt.result;
    }

    private static List<Multiaddr> usable(List<Multiaddr> addresses) {
        return addresses.stream()
                .filter(address -> TcpTransport.socketAddress(address).isPresent())
                .toList();
    }

    private List<Multiaddr> allowed(List<Multiaddr> addresses, long nowNanos) {
        return addresses.stream()
                .filter(address -> backOff.allows(address, nowNanos))
                .toList();
    }

    private static HostException gone() {
        return new HostException(Reason.CLOSED, "this host is closed");
    }

    private HostException tooMany() {
        counters.limitsReached.increment();
        return new HostException(
                Reason.LIMIT,
                "expected at most %d dials".formatted(limits.connections().dials()));
    }

    /** A connection to a peer stands, whoever dialled. */
    void established(PeerId peer) {
        Attempt attempt = attempts.remove(peer);
        if (attempt != null) {
            attempt.result.complete(peer);
        }
    }

    void close() {
        closed = true;
        List.copyOf(attempts.values()).forEach(attempt -> attempt.end(gone()));
    }

    private final class Attempt {
        private final PeerId peer;
        private final Deque<Multiaddr> left;
        private final Set<Multiaddr> seen;
        private final CompletableFuture<PeerId> result = new CompletableFuture<>();
        private int underway;
        private @Nullable HostException lastFailure;

        Attempt(PeerId peer, List<Multiaddr> addresses) {
            this.peer = peer;
            this.left = new ArrayDeque<>(addresses);
            this.seen = new LinkedHashSet<>(addresses);
        }

        /** Somebody named further addresses while the attempt was under way. */
        void learn(List<Multiaddr> addresses) {
            allowed(usable(addresses), System.nanoTime()).stream()
                    .filter(seen::add)
                    .forEach(left::add);
        }

        void next() {
            if (result.isDone()) {
                return;
            }
            if (dials >= limits.connections().dials()) {
                Timers.run(loop, NEXT_ADDRESS, this::next);
                return;
            }
            Multiaddr address = left.poll();
            if (address == null) {
                if (underway == 0) {
                    HostException why = lastFailure;
                    end(
                            why != null
                                    ? why
                                    : new HostException(Reason.UNREACHABLE, "expected an answer, but found none"));
                }
                return;
            }
            counters.dials.increment();
            dials++;
            underway++;
            CompletionStage<TcpConnection> dial = transport.dial(peer, address);
            dial.whenCompleteAsync((connection, failure) -> finished(address, failure), loop);
            Timers.run(loop, NEXT_ADDRESS, this::next);
        }

        private void finished(Multiaddr address, @Nullable Throwable failure) {
            dials--;
            underway--;
            if (failure == null) {
                backOff.succeeded(address);
                attempts.remove(peer, this);
                result.complete(peer);
                return;
            }
            counters.dialsFailed.increment();
            backOff.failed(address, System.nanoTime());
            lastFailure = (HostException) Stages.cause(failure);
            next();
        }

        void end(HostException cause) {
            attempts.remove(peer, this);
            result.completeExceptionally(cause);
        }
    }
}
