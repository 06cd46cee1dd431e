package beacon.node.artifacts;

import beacon.dht.Stages;
import beacon.dht.bitswap.ExchangeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Has a node show a block. A connection that broke looks the same as the answer that there is no such block, also when the
 * node was paused or cut off and answers on a new connection since: so that answer counts only when it is given twice, and
 * the node answered in between.
 */
final class Showing {
    private Showing() {}

    /**
     * Asks.
     *
     * @param fetch asks for the block
     * @param ping asks whether the node is there
     * @return whether it has the block; fails when it does not answer
     */
    static CompletableFuture<Boolean> of(
            Supplier<? extends CompletableFuture<?>> fetch, Supplier<CompletableFuture<Duration>> ping) {
        return once(fetch)
                .thenCompose(shown -> shown
                        ? CompletableFuture.completedFuture(true)
                        : ping.get().thenCompose(time -> once(fetch)));
    }

    private static CompletableFuture<Boolean> once(Supplier<? extends CompletableFuture<?>> fetch) {
        return fetch.get().handle((bytes, failure) -> failure).thenCompose(failure -> {
            if (failure == null) {
                return CompletableFuture.completedFuture(true);
            }
            Throwable cause = Stages.cause(failure);
            return cause instanceof ExchangeException known && known.kind() == ExchangeException.Kind.NOT_FOUND
                    ? CompletableFuture.completedFuture(false)
                    : CompletableFuture.failedFuture(cause);
        });
    }
}
