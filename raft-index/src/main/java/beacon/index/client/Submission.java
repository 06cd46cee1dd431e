package beacon.index.client;

import beacon.model.Refusal;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendRequest;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One append on its way, through as many tries as it takes. Guarded by its pipeline. */
final class Submission {
    private final AppendRequest request;
    private final long deadlineNanos;
    private final CompletableFuture<Accepted> result = new CompletableFuture<>();
    private boolean maybeApplied;
    private @Nullable Refusal lastRefusal;

    Submission(AppendRequest request, long deadlineNanos) {
        this.request = request;
        this.deadlineNanos = deadlineNanos;
    }

    AppendRequest request() {
        return request;
    }

    CompletableFuture<Accepted> result() {
        return result;
    }

    boolean isPast(long nowNanos) {
        return nowNanos - deadlineNanos > 0;
    }

    /** From now on only the log knows whether it happened. */
    void markMaybeApplied() {
        maybeApplied = true;
    }

    boolean maybeApplied() {
        return maybeApplied;
    }

    void refusedWith(Refusal refusal) {
        lastRefusal = refusal;
    }

    @Nullable
    Refusal lastRefusal() {
        return lastRefusal;
    }
}
