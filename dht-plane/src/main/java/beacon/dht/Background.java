package beacon.dht;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Hashing and disk work: done by workers, its result handed over on the loop. How much there is, the callers bound. */
public final class Background {
    private final Executor workers;
    private final Executor loop;

    public Background(Executor workers, Executor loop) {
        this.workers = workers;
        this.loop = loop;
    }

    /** Runs some work; the stage completes on the loop. */
    public <T> CompletionStage<T> run(Supplier<T> work) {
        try {
            CompletionStage<T> result = CompletableFuture.supplyAsync(work, workers);
            return result.whenCompleteAsync((done, failure) -> {}, loop);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
