package beacon.node.cli;

import beacon.dht.kademlia.KadPeer;
import beacon.dht.node.DhtConfig;
import beacon.dht.node.DhtNode;
import beacon.node.dht.DhtCommands;
import beacon.node.dht.DhtJson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A node that joins a DHT for one command, with a line of progress while the command waits. */
final class DhtVisit implements AutoCloseable {
    private static final long POLL_MILLIS = 100;

    private final Session session;
    private final DhtNode node;
    private final DhtCommands commands;

    private DhtVisit(Session session, DhtConfig config) {
        this.session = session;
        this.node = DhtNode.start(config);
        this.commands = new DhtCommands(node);
    }

    /** A client that needs nobody to start from. */
    static DhtVisit alone(Session session, DhtOptions options) {
        return new DhtVisit(session, options.server(session));
    }

    /** A client that has met a peer. */
    static DhtVisit connected(Session session, DhtOptions options) {
        DhtVisit visit = new DhtVisit(session, options.client(session));
        visit.joinOrClose(visit.firstPeer());
        return visit;
    }

    /** A server that its peers know. */
    static DhtVisit serving(Session session, DhtOptions options) {
        DhtVisit visit = new DhtVisit(session, options.server(session));
        visit.joinOrClose(visit.node.joined());
        return visit;
    }

    /** A client whose routing table is filled. */
    static DhtVisit joined(Session session, DhtOptions options) {
        DhtVisit visit = new DhtVisit(session, options.client(session));
        visit.joinOrClose(visit.node.joined());
        return visit;
    }

    private void joinOrClose(CompletableFuture<Void> met) {
        try {
            await("joining", met);
            if (tableSize() == 0) {
                throw new Failure(
                        "UNREACHABLE",
                        "expected a bootstrap peer to answer and to serve " + protocol() + ", but none did",
                        "check --bootstrap and --kad",
                        null);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private String protocol() {
        return node.kademlia().config().protocol();
    }

    /** Done when somebody is in the routing table, or the first round has ended without. */
    private CompletableFuture<Void> firstPeer() {
        CompletableFuture<Void> met = new CompletableFuture<>();
        poll(met);
        return met;
    }

    private void poll(CompletableFuture<Void> met) {
        CompletionStage<Integer> known = node.ask(() -> node.kademlia().table().size());
        known.whenComplete((size, failure) -> {
            if (failure != null || size > 0 || node.joined().isDone()) {
                met.complete(null);
            } else if (!met.isDone()) {
                CompletableFuture.delayedExecutor(POLL_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(() -> poll(met));
            }
        });
    }

    private int tableSize() {
        return node.ask(() -> node.kademlia().table().size()).join();
    }

    DhtCommands commands() {
        return commands;
    }

    /** What is in the routing table. */
    JsonArray peers() {
        return node.ask(() -> {
                    JsonArray peers = new JsonArray();
                    node.kademlia().table().entries().forEach(entry -> peers.add(DhtJson.peer(entry.peer())));
                    return peers;
                })
                .join();
    }

    /** Pings a peer, whose address others are asked for when it is not given. */
    CompletableFuture<JsonObject> ping(KadPeer peer, int count) {
        if (!peer.addresses().isEmpty()) {
            return commands.ping(peer, count);
        }
        CompletableFuture<Optional<KadPeer>> found =
                node.call(() -> node.kademlia().findPeer(peer.id()));
        return found.thenCompose(known -> commands.ping(known.orElse(peer), count));
    }

    /** Waits for the result of a command, at most as long as {@code --timeout} says. */
    <T> T await(String what, CompletableFuture<T> result) {
        Progress progress = new Progress(session.console(), what);
        long start = System.nanoTime();
        long timeoutNanos = session.timeout().toNanos();
        try {
            while (System.nanoTime() - start < timeoutNanos) {
                try {
                    return result.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    progress.at((System.nanoTime() - start) / 1_000_000_000L + " s, " + tableSize() + " peers known");
                }
            }
            throw new Failure(
                    "TIMEOUT",
                    "expected an answer in " + session.timeout().toSeconds() + " s, but found none",
                    "try again with a longer --timeout",
                    null);
        } catch (ExecutionException e) {
            throw PeerFailures.of(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("STOPPED", "interrupted while waiting for " + what);
        } finally {
            progress.end();
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
