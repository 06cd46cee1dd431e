package beacon.index.ratis;

import beacon.index.observe.IndexObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Coalesces linearizable reads: one confirmation of leadership by a majority serves all reads that arrived before it
 * began (Ongaro, "Consensus: Bridging Theory and Practice", section 6.4). A read never joins a round that is under way.
 */
final class ReadRounds {
    private final Supplier<CompletionStage<Long>> confirm;
    private final IndexObserver observer;
    private @Nullable CompletableFuture<Long> next;
    private boolean underWay;

    /**
     * Rounds over the given confirmation.
     *
     * @param confirm completes with an applied sequence that covers everything acknowledged before it was called
     */
    ReadRounds(Supplier<CompletionStage<Long>> confirm, IndexObserver observer) {
        this.confirm = confirm;
        this.observer = observer;
    }

    CompletionStage<Long> join() {
        CompletableFuture<Long> mine;
        synchronized (this) {
            if (next == null) {
                next = new CompletableFuture<>();
            }
            mine = next;
            if (underWay) {
                return mine;
            }
            underWay = true;
            next = null;
        }
        run(mine);
        return mine;
    }

    private void run(CompletableFuture<Long> round) {
        long start = System.nanoTime();
        confirm.get().whenComplete((sequence, failure) -> {
            observer.readConfirmed(System.nanoTime() - start);
            CompletableFuture<Long> following;
            synchronized (this) {
                following = next;
                next = null;
                underWay = following != null;
            }
            if (following != null) {
                run(following);
            }
            if (failure != null) {
                round.completeExceptionally(failure);
            } else {
                round.complete(sequence);
            }
        });
    }
}
