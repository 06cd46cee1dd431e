package beacon.index.client;

import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.ConnectException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Single calls, tried again at the right member until their time is over or the client is closed. */
final class RetryingCalls implements AutoCloseable {
    private static final long RETRY_MILLIS = 50;

    /** Without an answer for so long it is worth looking whether another member leads meanwhile. */
    private static final long LOOK_MILLIS = 2_000;

    private final Members members;
    private final ScheduledExecutorService timer;

    /** Attempts between two tries; the others are ended by their channels. */
    private final Set<Attempt<?>> pausing = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    RetryingCalls(Members members, ScheduledExecutorService timer) {
        this.members = members;
        this.timer = timer;
    }

    /** Asks until somebody answers; a question may be asked twice. */
    <T> CompletableFuture<T> read(BiConsumer<ManagedChannel, StreamObserver<T>> call, long deadlineNanos) {
        CompletableFuture<T> result = new CompletableFuture<>();
        new Attempt<>(call, deadlineNanos, result, null).go();
        return result;
    }

    /** Appends until the log answers; the request id makes repeating it safe. */
    <T> CompletableFuture<T> append(BiConsumer<ManagedChannel, StreamObserver<T>> call, long deadlineNanos) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Doubt<T> doubt = new Doubt<>(
                "the append may have happened: ask again with the same request id",
                (target, refusal) -> CompletableFuture.completedFuture(Optional.empty()));
        new Attempt<>(call, deadlineNanos, result, doubt).go();
        return result;
    }

    /** Asks for a change that has no request id; a try that follows one without an answer may find it done. */
    <T> CompletableFuture<T> change(
            BiConsumer<ManagedChannel, StreamObserver<T>> call, Doubt<T> doubt, long deadlineNanos) {
        CompletableFuture<T> result = new CompletableFuture<>();
        new Attempt<>(call, deadlineNanos, result, doubt).go();
        return result;
    }

    /** Finds out at the member that refused a repeated try whether an earlier one was carried out. */
    interface Lookup<T> {
        CompletableFuture<Optional<T>> find(String target, Refusal refusal);
    }

    /**
     * What to make of a try whose outcome nobody said.
     *
     * @param advice what to tell the caller when time is over
     * @param lookup asked when a later try is refused; empty: the refusal stands
     */
    record Doubt<T>(String advice, Lookup<T> lookup) {}

    /** Asks one member once. */
    <T> CompletableFuture<T> once(BiConsumer<ManagedChannel, StreamObserver<T>> call, String target) {
        CompletableFuture<T> result = new CompletableFuture<>();
        call.accept(members.channel(target), new Single<>() {
            @Override
            void done(@Nullable T value, @Nullable Throwable failure) {
                if (value != null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(new ClientException(refusalOf(failure)));
                }
            }
        });
        return result;
    }

    /** Ends what waits for its next try. */
    @Override
    public void close() {
        closed = true;
        pausing.forEach(Attempt::stop);
    }

    private static Refusal stopped() {
        return Refusal.of(Reason.STOPPING, "expected an open client, but found a closed one");
    }

    static Refusal unreachable(@Nullable Throwable failure) {
        return Refusal.of(
                Reason.NO_LEADER,
                "expected a member to answer, but found none (%s)"
                        .formatted(failure == null ? "no answer" : describe(failure)));
    }

    /** Code and root cause, without a stack trace. */
    private static String describe(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return Status.fromThrowable(failure).getCode() + ": " + root.getMessage();
    }

    /** The connection was never made, so nobody got the call. */
    private static boolean isUnsent(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof ConnectException) {
                return true;
            }
        }
        return false;
    }

    private static Refusal refusalOf(@Nullable Throwable failure) {
        return failure == null
                ? unreachable(null)
                : StatusMapper.refusalOf(failure).orElseGet(() -> unreachable(failure));
    }

    private final class Attempt<T> {
        private final BiConsumer<ManagedChannel, StreamObserver<T>> call;
        private final long deadlineNanos;
        private final CompletableFuture<T> result;
        private final @Nullable Doubt<T> doubt;
        private boolean maybeApplied;

        Attempt(
                BiConsumer<ManagedChannel, StreamObserver<T>> call,
                long deadlineNanos,
                CompletableFuture<T> result,
                @Nullable Doubt<T> doubt) {
            this.call = call;
            this.deadlineNanos = deadlineNanos;
            this.result = result;
            this.doubt = doubt;
        }

        void go() {
            pausing.remove(this);
            if (closed) {
                end(stopped());
                return;
            }
            String leader = members.leader();
            if (leader != null) {
                ask(leader);
                return;
            }
            CompletableFuture<String> unused = members.findLeader().whenComplete((target, failure) -> {
                if (failure != null || target.isEmpty()) {
                    again(Refusal.of(Reason.NO_LEADER, "expected a member that leads, but found none"));
                } else {
                    ask(target);
                }
            });
        }

        private void ask(String target) {
            ManagedChannel channel;
            try {
                channel = members.channel(target);
            } catch (IllegalStateException e) {
                end(stopped());
                return;
            }
            call.accept(channel, new Single<>() {
                @Override
                void done(@Nullable T value, @Nullable Throwable failure) {
                    if (value != null) {
                        result.complete(value);
                    } else {
                        failed(target, failure);
                    }
                }
            });
            if (doubt == null) {
                lookElsewhereLater(target);
            }
        }

        /** A member that is paused or cut off neither answers nor refuses: who leads in its place is asked, too. */
        private void lookElsewhereLater(String target) {
            try {
                ScheduledFuture<?> unused =
                        timer.schedule(() -> lookElsewhere(target), LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // Closed; the call ends with its channel.
                return;
            }
        }

        private void lookElsewhere(String target) {
            if (result.isDone() || closed || System.nanoTime() - deadlineNanos > 0) {
                return;
            }
            CompletableFuture<String> unused = members.findLeader().whenComplete((leader, failure) -> {
                if (failure != null || leader.isEmpty() || leader.equals(target)) {
                    lookElsewhereLater(target);
                } else if (!result.isDone()) {
                    ask(leader);
                }
            });
        }

        private void failed(String target, @Nullable Throwable failure) {
            boolean typed = failure != null && StatusMapper.refusalOf(failure).isPresent();
            Refusal refusal = refusalOf(failure);
            if (typed ? refusal.reason() == Reason.OUTCOME_UNKNOWN : !isUnsent(failure)) {
                maybeApplied = true;
            }
            if (refusal.reason() == Reason.NOT_LEADER && !refusal.leaderTarget().isEmpty()) {
                members.hint(refusal.leaderTarget());
            } else if (Retries.isElsewhere(refusal.reason()) && target.equals(members.leader())) {
                members.hint(null);
            }
            if (Retries.isWorthwhile(refusal.reason())) {
                again(refusal);
            } else if (maybeApplied && doubt != null) {
                settle(target, refusal, doubt);
            } else {
                end(refusal);
            }
        }

        /** A refusal after a try in doubt may mean that the change is done already. */
        private void settle(String target, Refusal refusal, Doubt<T> open) {
            CompletableFuture<Optional<T>> looking;
            try {
                looking = open.lookup().find(target, refusal);
            } catch (IllegalStateException e) {
                end(stopped());
                return;
            }
            CompletableFuture<Optional<T>> unused = looking.whenComplete((found, failure) -> {
                if (failure != null) {
                    again(Refusal.of(Reason.NO_LEADER, "expected a member that says what it has, but found none"));
                } else if (found.isPresent()) {
                    result.complete(found.get());
                } else {
                    end(refusal);
                }
            });
        }

        private void again(Refusal refusal) {
            if (System.nanoTime() - deadlineNanos > 0) {
                end(refusal);
            } else {
                pausing.add(this);
                if (closed) {
                    stop();
                    return;
                }
                long delay = refusal.reason() == Reason.NOT_LEADER ? 1 : RETRY_MILLIS;
                try {
                    ScheduledFuture<?> unused = timer.schedule(this::go, delay, TimeUnit.MILLISECONDS);
                } catch (RejectedExecutionException e) {
                    // Closed in between.
                    stop();
                }
            }
        }

        private void stop() {
            pausing.remove(this);
            end(stopped());
        }

        private void end(Refusal refusal) {
            boolean open = maybeApplied && Retries.leavesDoubt(refusal.reason());
            result.completeExceptionally(new ClientException(
                    open && doubt != null
                            ? Refusal.of(
                                    Reason.OUTCOME_UNKNOWN,
                                    "expected an answer, but found none (%s); %s"
                                            .formatted(refusal.message(), doubt.advice()))
                            : refusal));
        }
    }

    /** Observer of a call with one answer. */
    private abstract static class Single<T> implements StreamObserver<T> {
        private @Nullable T value;

        abstract void done(@Nullable T answer, @Nullable Throwable failure);

        @Override
        public void onNext(T answer) {
            value = answer;
        }

        @Override
        public void onError(Throwable failure) {
            done(null, failure);
        }

        @Override
        public void onCompleted() {
            done(value, null);
        }
    }
}
