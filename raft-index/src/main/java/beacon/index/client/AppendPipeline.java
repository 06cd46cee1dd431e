package beacon.index.client;

import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.model.RefusalCodec;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendFrame;
import beacon.proto.v1.AppendFrameReply;
import beacon.proto.v1.AppendOutcome;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.IndexServiceGrpc;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends appends to the leader over one stream, coalesced. An append that finds the stream idle leaves at once; while
 * {@link #WINDOW} frames are unanswered, what arrives waits and leaves together. When the stream breaks or the leader
 * changes, everything unanswered is sent again, with the same request ids, to the new leader.
 *
 * <p>An append ends as accepted, as refused by the log, or, when its time is over, with the last refusal if no try can
 * have reached the log, else with OUTCOME_UNKNOWN.
 */
final class AppendPipeline implements AutoCloseable {
    /** Frames without an answer at most. */
    private static final int WINDOW = Integer.getInteger("beacon.client.window", 2);

    /** A frame of at least this size says that there is a crowd. */
    private static final int CROWD = 8;

    /**
     * How long the first append of a crowd waits for the others. When a frame is answered its callers come back within a
     * few microseconds of each other; without the wait the first would leave alone and the rest a round trip later.
     */
    private static final long CROWD_WAIT_MICROS = 150;

    private static final int FRAME_APPENDS = 1024;
    private static final int FRAME_BYTES = 1 << 20;
    private static final int MAX_WAITING = 1 << 17;
    private static final long SWEEP_MILLIS = 50;
    private static final long RETRY_MILLIS = 50;

    private final Members members;
    private final ScheduledExecutorService timer;
    private final ArrayDeque<Submission> waiting = new ArrayDeque<>();
    private final ScheduledFuture<?> sweeper;
    private @Nullable Connection connection;
    private boolean connecting;
    private boolean gathering;
    private int lastFrameAppends;
    private boolean closed;
    private volatile String lastFailure = "no member answered";

    AppendPipeline(Members members, ScheduledExecutorService timer) {
        this.members = members;
        this.timer = timer;
        sweeper = timer.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** One stream to one member, with the frames it has not answered. */
    private final class Connection implements ClientResponseObserver<AppendFrame, AppendFrameReply> {
        private final String target;
        private final ArrayDeque<List<Submission>> unanswered = new ArrayDeque<>();
        private @Nullable ClientCallStreamObserver<AppendFrame> requests;

        Connection(String target) {
            this.target = target;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<AppendFrame> stream) {
            requests = stream;
        }

        @Override
        public void onNext(AppendFrameReply reply) {
            answered(this, reply);
        }

        @Override
        public void onError(Throwable failure) {
            Optional<Refusal> refusal = StatusMapper.refusalOf(failure);
            lastFailure = refusal.map(Refusal::message).orElseGet(() -> String.valueOf(failure.getMessage()));
            if (refusal.isPresent() && !Retries.isWorthwhile(refusal.get().reason())) {
                refuseAll(this, refusal.get());
            } else {
                broken(this);
            }
        }

        @Override
        public void onCompleted() {
            broken(this);
        }
    }

    CompletableFuture<Accepted> append(AppendRequest request, long deadlineNanos) {
        Submission submission = new Submission(request, deadlineNanos);
        synchronized (this) {
            if (closed || waiting.size() >= MAX_WAITING) {
                submission
                        .result()
                        .completeExceptionally(new ClientException(Refusal.of(
                                closed ? Reason.STOPPING : Reason.TOO_BUSY,
                                "expected an open client with at most %d waiting appends, but found another"
                                        .formatted(MAX_WAITING))));
                return submission.result();
            }
            waiting.add(submission);
        }
        sendSoon();
        return submission.result();
    }

    /** Sends now, or in a moment when more is about to come. */
    private void sendSoon() {
        synchronized (this) {
            if (gathering) {
                return;
            }
            if (lastFrameAppends >= CROWD && waiting.size() < lastFrameAppends / 2 && !closed) {
                gathering = true;
                ScheduledFuture<?> unused = timer.schedule(this::send, CROWD_WAIT_MICROS, TimeUnit.MICROSECONDS);
                return;
            }
        }
        send();
    }

    private void send() {
        synchronized (this) {
            gathering = false;
            if (connection == null) {
                connect();
                return;
            }
            Connection current = connection;
            while (current.requests != null && !waiting.isEmpty() && current.unanswered.size() < WINDOW) {
                List<Submission> batch = new ArrayList<>();
                AppendFrame frame = nextFrame(batch);
                current.unanswered.add(batch);
                lastFrameAppends = batch.size();
                current.requests.onNext(frame);
            }
        }
    }

    private AppendFrame nextFrame(List<Submission> batch) {
        AppendFrame.Builder frame = AppendFrame.newBuilder();
        int bytes = 0;
        while (!waiting.isEmpty() && batch.size() < FRAME_APPENDS && bytes < FRAME_BYTES) {
            AppendRequest next = waiting.element().request();
            bytes += next.getSerializedSize();
            if (bytes > FRAME_BYTES && !batch.isEmpty()) {
                break;
            }
            frame.addAppends(next);
            batch.add(waiting.remove());
        }
        return frame.build();
    }

    private void connect() {
        if (connecting || closed || waiting.isEmpty()) {
            return;
        }
        connecting = true;
        String known = members.leader();
        CompletableFuture<String> leader =
                known == null ? members.findLeader() : CompletableFuture.completedFuture(known);
        CompletableFuture<String> unused = leader.whenComplete((target, failure) -> {
            synchronized (this) {
                connecting = false;
                if (closed) {
                    return;
                }
                if (failure != null || target.isEmpty()) {
                    retryLater();
                    return;
                }
                Connection opened = new Connection(target);
                connection = opened;
                IndexServiceGrpc.newStub(members.channel(target)).appendStream(opened);
            }
            send();
        });
    }

    private void retryLater() {
        connecting = true;
        later(
                () -> {
                    synchronized (this) {
                        connecting = false;
                    }
                    send();
                },
                RETRY_MILLIS);
    }

    private void later(Runnable task, long delayMillis) {
        synchronized (this) {
            if (!closed) {
                ScheduledFuture<?> unused = timer.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void answered(Connection from, AppendFrameReply reply) {
        List<Submission> batch;
        synchronized (this) {
            batch = from.unanswered.poll();
        }
        if (batch == null || batch.size() != reply.getOutcomesCount()) {
            broken(from);
            return;
        }
        boolean elsewhere = false;
        List<Submission> again = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Submission submission = batch.get(i);
            AppendOutcome outcome = reply.getOutcomes(i);
            if (outcome.hasAccepted()) {
                Accepted accepted = outcome.getAccepted();
                members.heard(accepted.getFirstSequence() + accepted.getCount() - 1);
                submission.result().complete(accepted);
            } else {
                Refusal refusal = RefusalCodec.decode(outcome.getRefusal());
                if (Retries.isWorthwhile(refusal.reason())) {
                    elsewhere |= Retries.isElsewhere(refusal.reason());
                    note(submission, refusal);
                    again.add(submission);
                } else {
                    submission.result().completeExceptionally(finalAnswer(submission, refusal));
                }
            }
        }
        if (!again.isEmpty()) {
            repeat(from, again, elsewhere);
        }
        sendSoon();
    }

    private void note(Submission submission, Refusal refusal) {
        synchronized (this) {
            if (refusal.reason() == Reason.OUTCOME_UNKNOWN) {
                submission.markMaybeApplied();
            }
            submission.refusedWith(refusal);
        }
        if (refusal.reason() == Reason.NOT_LEADER && !refusal.leaderTarget().isEmpty()) {
            members.hint(refusal.leaderTarget());
        }
    }

    /** Puts refused submissions back in front; leaves the connection when another member must be asked. */
    private void repeat(Connection from, List<Submission> again, boolean elsewhere) {
        synchronized (this) {
            for (int i = again.size() - 1; i >= 0; i--) {
                waiting.addFirst(again.get(i));
            }
            if (elsewhere && connection == from) {
                if (from.target.equals(members.leader())) {
                    members.hint(null);
                }
                leave(from);
            }
        }
        later(this::send, elsewhere ? 1 : RETRY_MILLIS);
    }

    private void broken(Connection from) {
        synchronized (this) {
            if (from.target.equals(members.leader())) {
                members.hint(null);
            }
            leave(from);
        }
        later(this::send, 1);
    }

    /** Takes back what a connection has not answered; it may have been applied. Call with the lock held. */
    private void leave(Connection from) {
        if (connection == from) {
            connection = null;
        }
        while (!from.unanswered.isEmpty()) {
            List<Submission> batch = from.unanswered.removeLast();
            for (int i = batch.size() - 1; i >= 0; i--) {
                batch.get(i).markMaybeApplied();
                waiting.addFirst(batch.get(i));
            }
        }
        if (from.requests != null) {
            from.requests.cancel("this client goes on elsewhere", null);
        }
    }

    /** Ends what is out of time. */
    private void sweep() {
        List<Submission> late = new ArrayList<>();
        long now = System.nanoTime();
        synchronized (this) {
            for (Iterator<Submission> each = waiting.iterator(); each.hasNext(); ) {
                Submission submission = each.next();
                if (submission.isPast(now)) {
                    each.remove();
                    late.add(submission);
                }
            }
            Connection current = connection;
            if (current != null
                    && current.unanswered.stream()
                            .anyMatch(batch -> batch.get(0).isPast(now))) {
                // The member is silent; what it holds goes elsewhere or ends.
                leave(current);
                members.hint(null);
            }
        }
        late.forEach(submission -> submission.result().completeExceptionally(outOfTime(submission)));
        if (!late.isEmpty()) {
            send();
        }
    }

    /** The member refused the stream itself, and will again. */
    private void refuseAll(Connection from, Refusal refusal) {
        List<Submission> ended;
        synchronized (this) {
            leave(from);
            ended = new ArrayList<>(waiting);
            waiting.clear();
        }
        ended.forEach(submission -> submission.result().completeExceptionally(finalAnswer(submission, refusal)));
    }

    private ClientException finalAnswer(Submission submission, Refusal refusal) {
        boolean doubt;
        synchronized (this) {
            doubt = submission.maybeApplied() && Retries.leavesDoubt(refusal.reason());
        }
        return doubt ? unknown(refusal.message()) : new ClientException(refusal);
    }

    private static ClientException unknown(String detail) {
        return new ClientException(Refusal.of(
                Reason.OUTCOME_UNKNOWN,
                "expected an answer, but found none (%s); the append may have happened: ask again with the same request id"
                        .formatted(detail)));
    }

    private ClientException outOfTime(Submission submission) {
        boolean unknown;
        Refusal last;
        synchronized (this) {
            unknown = submission.maybeApplied();
            last = submission.lastRefusal();
        }
        if (unknown) {
            return unknown("no answer in time; last: " + lastFailure);
        }
        return new ClientException(
                last != null
                        ? last
                        : Refusal.of(
                                Reason.NO_LEADER,
                                "expected a member that leads, but reached none in time (last: %s); nothing was appended"
                                        .formatted(lastFailure)));
    }

    @Override
    public void close() {
        List<Submission> left;
        synchronized (this) {
            closed = true;
            sweeper.cancel(false);
            if (connection != null) {
                leave(connection);
            }
            left = new ArrayList<>(waiting);
            waiting.clear();
        }
        left.forEach(submission -> submission.result().completeExceptionally(outOfTime(submission)));
    }
}
