package beacon.dht.bitswap;

import beacon.dht.bitswap.ExchangeException.Kind;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Blocks that belong together, and the peers that have them. Used on the host's loop. What was fetched is checked against
 * its id, and in the store before it is handed out.
 */
public final class Session implements AutoCloseable {
    private final Fetching fetching;
    private final BitswapLimits limits;
    private final ProviderSource source;
    private final SessionPlan plan;
    private final Map<Cid, List<CompletableFuture<Fetched>>> waiting = new LinkedHashMap<>();
    private boolean assignPlanned;
    private boolean closed;

    Session(Fetching fetching, BitswapLimits limits, ProviderSource source) {
        this.fetching = fetching;
        this.limits = limits;
        this.source = source;
        this.plan = new SessionPlan(limits, new ToFetching());
    }

    /**
     * Fetches a block, unless it is in the store already.
     *
     * @return fails with {@link ExchangeException}, or with what the store failed with
     */
    public CompletionStage<Fetched> get(Cid cid) {
        CompletableFuture<Fetched> result = new CompletableFuture<>();
        if (closed) {
            result.completeExceptionally(closedException());
        } else if (waiting.size() >= limits.requests().wantsPerSession() && !waiting.containsKey(cid)) {
            result.completeExceptionally(new ExchangeException(
                    Kind.LIMIT,
                    "expected at most %d wants".formatted(limits.requests().wantsPerSession())));
        } else {
            List<CompletableFuture<Fetched>> others = waiting.computeIfAbsent(cid, added -> new ArrayList<>());
            others.add(result);
            if (others.size() == 1) {
                fetching.readStored(cid, this);
            }
        }
        return result;
    }

    /** The store does not have it: others have to be asked. */
    void notStored(Cid cid, Instant now) {
        if (waiting.containsKey(cid)) {
            plan.add(cid, now);
            if (!assignPlanned) {
                // Of many wants that come at once, the answers decide only when all of them are known.
                assignPlanned = true;
                fetching.soon(() -> {
                    assignPlanned = false;
                    plan.assign(fetching.now());
                });
            }
        }
    }

    /** Adds a peer to ask, whose addresses the host knows. */
    public void addProvider(PeerId peer) {
        if (!closed) {
            boolean unused = plan.addProvider(peer, fetching.now());
        }
    }

    /** Wants that are not answered yet. */
    public int pending() {
        return waiting.size();
    }

    /** Gives up what is not there yet, and tells the peers. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            for (Cid cid : plan.wants()) {
                plan.fail(cid, closedException());
            }
            List.copyOf(waiting.keySet()).forEach(cid -> fail(cid, closedException()));
            fetching.forget(this);
        }
    }

    private static ExchangeException closedException() {
        return new ExchangeException(Kind.CLOSED, "the session is closed");
    }

    SessionPlan plan() {
        return plan;
    }

    void deliver(Fetched fetched) {
        List<CompletableFuture<Fetched>> gets = waiting.remove(fetched.cid());
        if (gets != null) {
            gets.forEach(get -> get.complete(fetched));
        }
    }

    void fail(Cid cid, Throwable cause) {
        List<CompletableFuture<Fetched>> gets = waiting.remove(cid);
        if (gets != null) {
            gets.forEach(get -> get.completeExceptionally(cause));
        }
    }

    private final class ToFetching implements SessionPlan.Effects {
        @Override
        public void ask(PeerId peer, Cid cid, boolean haveOnly) {
            fetching.ask(peer, cid, haveOnly);
        }

        @Override
        public void cancel(PeerId peer, Cid cid) {
            fetching.cancel(peer, cid, Session.this);
        }

        @Override
        public void exhausted(Cid cid) {
            source.find(cid).whenComplete((found, failure) -> {
                boolean hope = false;
                if (failure == null) {
                    for (PeerId peer : found) {
                        hope |= plan.addProvider(peer, fetching.now());
                    }
                }
                if (!hope) {
                    plan.fail(
                            cid,
                            new ExchangeException(
                                    Kind.NOT_FOUND,
                                    "expected a provider of %s, but found none that has it".formatted(cid)));
                }
            });
        }

        @Override
        public void failed(Cid cid, ExchangeException cause) {
            fail(cid, cause);
        }
    }
}
