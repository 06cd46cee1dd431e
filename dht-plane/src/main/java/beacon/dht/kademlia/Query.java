package beacon.dht.kademlia;

import beacon.dht.Timers;
import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;

/** Drives one {@link Lookup}: sends what it wants to be sent, and ends it at the deadline. */
final class Query {
    private final Context context;
    private final KadKey target;
    private final KadMessage request;
    private final Lookup lookup;
    private final Visitor visitor;
    private final CompletableFuture<LookupResult> result = new CompletableFuture<>();
    private final Instant start;
    private int answered;

    /** What all queries of a node share. */
    record Context(
            ScheduledExecutorService loop,
            InstantSource clock,
            KadRpc rpc,
            RoutingTable table,
            NetworkSize size,
            KadCounters counters,
            Duration deadline,
            PeerId self) {}

    /** Sees every answer as it comes. */
    interface Visitor {
        /** Whether the query has what it was for and may end. */
        boolean visit(KadPeer peer, KadMessage answer);

        Visitor NONE = (peer, answer) -> false;
    }

    private Query(Context context, KadMessage request, LookupRules rules, Visitor visitor) {
        this.context = context;
        this.target = KadKey.of(request.key());
        this.request = request;
        this.visitor = visitor;
        this.start = context.clock().instant();
        List<KadPeer> seeds = context.table().closest(target, rules.resultSize()).stream()
                .map(TableEntry::peer)
                .toList();
        this.lookup = new Lookup(target, context.self(), rules, seeds);
    }

    /**
     * Walks towards the key of a request.
     *
     * @return fails with NO_PEERS when there is nobody to ask, and with TIMEOUT when nobody answered
     */
    static CompletionStage<LookupResult> run(Context context, KadMessage request, LookupRules rules, Visitor visitor) {
        Query query = new Query(context, request, rules, visitor);
        return query.begin();
    }

    private CompletionStage<LookupResult> begin() {
        context.counters().queries++;
        if (lookup.isDone()) {
            return KadRpc.failed(new KadException(
                    KadException.Kind.NO_PEERS, "expected a peer to ask, but found none: the routing table is empty"));
        }
        ScheduledFuture<?> deadline = Timers.after(context.loop(), context.deadline(), () -> end(true));
        CompletableFuture<LookupResult> unused = result.whenComplete((found, failure) -> deadline.cancel(false));
        advance();
        return result;
    }

    private void advance() {
        if (result.isDone()) {
            return;
        }
        if (lookup.isDone()) {
            end(false);
            return;
        }
        for (KadPeer peer : lookup.next()) {
            context.rpc().ask(peer, request).whenComplete((answer, failure) -> {
                if (result.isDone()) {
                    return;
                }
                if (failure != null) {
                    lookup.failed(peer.id());
                } else {
                    answered++;
                    context.table().offer(peer, context.clock().instant());
                    lookup.answered(peer.id(), answer.closer());
                    if (visitor.visit(peer, answer)) {
                        end(false);
                        return;
                    }
                }
                advance();
            });
        }
    }

    private void end(boolean atDeadline) {
        if (result.isDone()) {
            return;
        }
        KadCounters counters = context.counters();
        List<KadPeer> closest = lookup.closest();
        counters.queryEnded(Duration.between(start, context.clock().instant()).toMillis(), lookup.hops());
        if (atDeadline || answered == 0) {
            counters.queryTimeouts++;
        }
        if (answered == 0) {
            result.completeExceptionally(KadException.timeout());
            return;
        }
        boolean suspicious = context.size().isImprobablyDense(target, closest);
        if (suspicious) {
            counters.suspiciousQueries++;
        }
        result.complete(new LookupResult(closest, lookup.messages(), answered, lookup.hops(), atDeadline, suspicious));
    }
}
