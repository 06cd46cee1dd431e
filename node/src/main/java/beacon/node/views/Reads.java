package beacon.node.views;

import beacon.index.grpc.Calls;
import beacon.index.log.RefusalException;
import beacon.index.ratis.IndexMember;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.Consistency;
import beacon.proto.v1.ReadPosition;
import beacon.views.View;
import beacon.views.ViewException;
import beacon.views.ViewSnapshot;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions from the state of projections, on few threads of their own; those about the past on another one, so that
 * folding history keeps nobody waiting who asks about the present.
 */
final class Reads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reads.class);
    private static final int THREADS = 2;
    private static final int QUEUE = 64;
    private static final int PAST_QUEUE = 16;
    private static final Duration PAST_KEPT = Duration.ofMinutes(10);

    private final IndexMember member;
    private final MemberViews views;
    private final ThreadPoolExecutor workers;
    private final PastStates past;
    private final ScheduledThreadPoolExecutor historian;
    private final Semaphore pastQuestions = new Semaphore(PAST_QUEUE);
    private boolean isToForget;

    Reads(IndexMember member, MemberViews views) {
        this.member = member;
        this.views = views;
        this.past = views.past();
        this.workers = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), threads("query"));
        workers.allowCoreThreadTimeOut(true);
        this.historian = new ScheduledThreadPoolExecutor(1, threads("past"));
    }

    private ThreadFactory threads(String name) {
        return task -> {
            Thread thread = new Thread(task, "beacon-" + member.settings().memberId() + "-" + name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** What an answer is made from. */
    final class Answer {
        private final AsOf asOf;
        private final Moment moment;

        private Answer(AsOf asOf, Moment moment) {
            this.asOf = asOf;
            this.moment = moment;
        }

        ViewSnapshot of(View view) {
            return moment.of(view);
        }

        /** Deletions, when all that they are judged by was asked for. */
        DeletionStates deletions() {
            return DeletionStates.of(moment);
        }

        /** Of the last entry of the log at that moment. */
        long timeUnixMicros() {
            return moment.timeUnixMicros();
        }

        /** Where in the log the state of a view is. */
        ReadPosition position(View view) {
            boolean linearizable = asOf.consistency() == Consistency.CONSISTENCY_LINEARIZABLE;
            return ReadPosition.newBuilder()
                    .setSequence(of(view).checkpoint().sequence())
                    .setConsistency(asOf.consistency())
                    .setAgeMillis(linearizable ? 0 : member.ageMillis().orElse(-1L))
                    .build();
        }
    }

    /**
     * Answers once this member has the state that is asked for.
     *
     * @param needed views, of which the first one says where the end of the log is
     */
    <T> void answer(AsOf asOf, List<View> needed, StreamObserver<T> observer, Function<Answer, T> question) {
        if (asOf.isNow()) {
            answer(asOf, workers, observer, () -> answer(asOf, () -> views.now(needed), question));
        } else if (pastQuestions.tryAcquire()) {
            Context asked = Context.current();
            CompletionStage<Void> unused = answer(
                            asOf,
                            historian,
                            observer,
                            () -> answer(asOf, () -> before(asOf, needed, () -> !asked.isCancelled()), question))
                    .whenComplete((done, failure) -> pastQuestions.release());
        } else {
            observer.onError(Calls.errorOf(busy(PAST_QUEUE)));
        }
    }

    private <T> CompletionStage<Void> answer(
            AsOf asOf, Executor executor, StreamObserver<T> observer, Supplier<T> answer) {
        return fresh(asOf.consistency())
                .thenComposeAsync(this::arrived, workers)
                .thenAcceptAsync(arrived -> Calls.answer(observer, answer), executor)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        observer.onError(Calls.errorOf(meaning(failure)));
                    }
                });
    }

    private <T> T answer(AsOf asOf, Supplier<Moment> opened, Function<Answer, T> question) {
        try (Moment moment = opened.get()) {
            return question.apply(new Answer(asOf, moment));
        } catch (ViewException e) {
            throw behind();
        }
    }

    private Moment before(AsOf asOf, List<View> needed, BooleanSupplier isAwaited) {
        long last;
        try (Moment now = views.now(needed)) {
            last = now.of(needed.get(0)).checkpoint().sequence();
        }
        long until = asOf.sequence().orElse(last);
        if ((until < 1 && asOf.sequence().isPresent()) || until > last) {
            throw new RefusalException(Refusal.of(
                            Reason.BEYOND_END,
                            "expected a sequence from 1 to %d, but found %s"
                                    .formatted(last, Long.toUnsignedString(until)))
                    .withSequence(last));
        }
        try {
            return past.at(
                    new PastStates.Wanted(needed, until, asOf.unixMicros().orElse(Long.MAX_VALUE)), isAwaited);
        } finally {
            forgetLater();
        }
    }

    /** On the thread of the past. */
    private void forgetLater() {
        if (isToForget || past.isEmpty() || historian.isShutdown()) {
            return;
        }
        isToForget = true;
        var unused = historian.schedule(
                () -> {
                    isToForget = false;
                    past.forgetUnused(PAST_KEPT);
                    forgetLater();
                },
                PAST_KEPT.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** The sequence to wait for; 0 for none. */
    private CompletionStage<Long> fresh(Consistency consistency) {
        try {
            return switch (consistency) {
                case CONSISTENCY_LINEARIZABLE -> member.log().readBarrier();
                case CONSISTENCY_STALE -> CompletableFuture.completedFuture(0L);
                case UNRECOGNIZED ->
                    throw Calls.refused(
                            Reason.MALFORMED_REQUEST, "expected a known consistency, but found an unknown number");
            };
        } catch (RefusalException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<Void> arrived(long sequence) {
        return sequence == 0 ? CompletableFuture.completedFuture(null) : views.reached(sequence);
    }

    private static Throwable meaning(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RejectedExecutionException) {
            return busy(QUEUE);
        }
        return cause instanceof ViewException ? behind() : cause;
    }

    private static RefusalException busy(int most) {
        return Calls.refused(
                Reason.TOO_BUSY, "expected at most %d questions at once, but found more; ask again".formatted(most));
    }

    private static RefusalException behind() {
        return new RefusalException(Refusal.of(
                        Reason.CATCHING_UP,
                        "expected the projections of this member to be usable, but they are not; ask another member")
                .withRetryAfterMillis(1_000));
    }

    /** Ends what is under way; waits until nothing reads the projections any more. */
    @Override
    public void close() {
        workers.shutdownNow();
        historian.shutdownNow();
        try {
            if (!workers.awaitTermination(10, TimeUnit.SECONDS) || !historian.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("queries_did_not_end");
                return;
            }
            past.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
