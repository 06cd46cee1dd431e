package beacon.index.ratis;

import beacon.index.log.Append;
import beacon.index.log.AppendResult;
import beacon.index.log.EventLog;
import beacon.index.log.RecordReader;
import beacon.index.log.RefusalException;
import beacon.index.observe.IndexObserver;
import beacon.index.state.IndexView;
import beacon.index.state.LogBatch;
import beacon.model.Reason;
import beacon.model.Refusal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/** The log as one member offers it: appends go to Raft when this member leads, reads are confirmed by a majority. */
final class RatisLog implements EventLog {
    private final RaftServer server;
    private final RaftGroupId group;
    private final Membership membership;
    private final TermQuorum quorum;
    private final IndexStateMachine machine;
    private final MemberStorage storage;
    private final DiskReserve reserve;
    private final IndexObserver observer;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong();
    private final AppendBatcher batcher;
    private final ReadRounds reads;

    /**
     * Where answers of Ratis are taken. It gives many of them while it holds its own locks, and what follows an answer is
     * the next request, which Ratis makes wait for a thread of its own that may need the same locks.
     */
    private final Executor answers;

    RatisLog(
            RaftServer server,
            Membership membership,
            IndexStateMachine machine,
            MemberStorage storage,
            IndexObserver observer,
            InstantSource clock,
            Executor background) {
        this.answers = task -> runSoon(background, task);
        this.server = server;
        this.membership = membership;
        this.group = Membership.groupId(storage.settings().clusterId());
        this.quorum = new TermQuorum(storage.settings());
        this.machine = machine;
        this.storage = storage;
        this.observer = observer;
        this.reserve = new DiskReserve(
                storage.settings().dataDirectory(), storage.settings().reserveBytes());
        this.batcher = new AppendBatcher(this::offer, clock);
        this.reads = new ReadRounds(this::confirm, observer);
    }

    @Override
    public CompletionStage<AppendResult> append(Append append) {
        return appendAll(List.of(append)).get(0);
    }

    /** Appends that arrived together; each is answered by itself, in order. */
    List<CompletableFuture<AppendResult>> appendAll(List<Append> appends) {
        Refusal refusal = noRoom();
        if (refusal != null) {
            observer.refused(refusal.reason().name(), appends.size());
            return Collections.nCopies(
                    appends.size(), CompletableFuture.completedFuture(new AppendResult.Refused(refusal)));
        }
        return batcher.appendAll(appends);
    }

    private @Nullable Refusal noRoom() {
        long missing = storage.waitsForRoom() ? 1 : reserve.missingBytes();
        if (missing == 0) {
            return null;
        }
        return Refusal.of(
                        Reason.DISK_FULL,
                        "expected %d bytes of free space on the data disk, but found %d less; nothing was appended:"
                                        .formatted(storage.settings().reserveBytes(), missing)
                                + " free space on the leader's disk, appends go on by themselves")
                .withRetryAfterMillis(1_000);
    }

    private CompletionStage<List<AppendResult>> offer(LogBatch batch) {
        AppendFlightEvent flight = new AppendFlightEvent();
        flight.begin();
        long start = System.nanoTime();
        PendingBatch pending = new PendingBatch(LogBatchCodec.encode(batch));
        long callId = callIds.incrementAndGet();
        machine.register(callId, pending);
        RaftClientRequest request = request(callId, RaftClientRequest.writeRequestType(), pending.bytes());
        try {
            CompletableFuture<RaftClientReply> unused = server.submitClientRequestAsync(request)
                    .whenCompleteAsync(
                            (reply, failure) -> {
                                machine.unregister(callId);
                                if (!pending.results().isDone()) {
                                    pending.results()
                                            .complete(refuseAll(batch, whyNot(reply, failure, pending.wasOffered())));
                                }
                            },
                            answers);
        } catch (IOException | RuntimeException e) {
            machine.unregister(callId);
            pending.results().complete(refuseAll(batch, whyNot(null, e, pending.wasOffered())));
        }
        return pending.results().whenComplete((results, failure) -> {
            flight.commit(batch.appends().size(), pending.bytes().length);
            observer.appended(batch.appends().size(), System.nanoTime() - start);
        });
    }

    private RaftClientRequest request(long callId, RaftClientRequest.Type type, byte[] content) {
        return RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(server.getId())
                .setGroupId(group)
                .setCallId(callId)
                .setType(type)
                .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(content)))
                .build();
    }

    private static List<AppendResult> refuseAll(LogBatch batch, Refusal refusal) {
        return Collections.nCopies(batch.appends().size(), new AppendResult.Refused(refusal));
    }

    /** What a failed request means. Once a batch was offered nobody but the log knows whether it is in. */
    private static Refusal whyNot(@Nullable RaftClientReply reply, @Nullable Throwable failure, boolean offered) {
        Throwable cause = reply != null && reply.getException() != null ? reply.getException() : failure;
        while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (offered) {
            return Refusal.of(
                            Reason.OUTCOME_UNKNOWN,
                            "expected the log to answer, but this member lost the leadership first; the append may have"
                                    + " happened: ask again with the same request id")
                    .withRetryAfterMillis(100);
        }
        if (cause instanceof NotLeaderException notLeader) {
            RaftPeer leader = notLeader.getSuggestedLeader();
            return leader == null || leader.getClientAddress() == null
                    ? noLeader()
                    : Refusal.notLeader(leader.getClientAddress()).withRetryAfterMillis(1);
        }
        if (cause instanceof LeaderNotReadyException) {
            return Refusal.of(Reason.NO_LEADER, "expected a leader that is ready, but found one that just started")
                    .withRetryAfterMillis(20);
        }
        return noLeader();
    }

    private static Refusal noLeader() {
        return Refusal.of(
                        Reason.NO_LEADER,
                        "expected a leader, but found none; nothing was appended: try again while the members elect one")
                .withRetryAfterMillis(100);
    }

    @Override
    public CompletionStage<Long> readBarrier() {
        return reads.join();
    }

    /**
     * Ratis waits until all that this leader has committed is applied; a majority confirms that it leads. Both begin now.
     */
    private CompletionStage<Long> confirm() {
        try {
            membership.requireLeader();
            return ask().thenCombine(quorum.confirm(membership.division()), (reply, leads) -> {
                if (!leads) {
                    throw notConfirmed();
                }
                if (!reply.isSuccess()) {
                    throw new RefusalException(whyNot(reply, null, false));
                }
                return machine.view().lastSequence();
            });
        } catch (RefusalException e) {
            return CompletableFuture.failedFuture(e);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(new RefusalException(whyNot(null, e, false)));
        }
    }

    private CompletableFuture<RaftClientReply> ask() throws IOException {
        CompletableFuture<RaftClientReply> answer = new CompletableFuture<>();
        CompletableFuture<RaftClientReply> unused = server.submitClientRequestAsync(
                        request(callIds.incrementAndGet(), RaftClientRequest.readRequestType(), new byte[0]))
                .whenCompleteAsync(
                        (reply, failure) -> {
                            if (failure == null) {
                                answer.complete(reply);
                            } else {
                                answer.completeExceptionally(new RefusalException(whyNot(null, failure, false)));
                            }
                        },
                        answers);
        return answer;
    }

    private RefusalException notConfirmed() {
        try {
            membership.requireLeader();
            return new RefusalException(noLeader());
        } catch (RefusalException elsewhere) {
            return elsewhere;
        }
    }

    IndexView view() {
        return machine.view();
    }

    @Override
    public long lastSequence() {
        return machine.view().lastSequence();
    }

    @Override
    public RecordReader readFrom(long firstSequence) {
        return storage.journal().readFrom(firstSequence);
    }

    @Override
    public Subscription onAdvance(LongConsumer listener) {
        machine.addListener(listener);
        return () -> machine.removeListener(listener);
    }

    /** When the member stops, its background ends before the last answers come; nothing waits behind those. */
    private static void runSoon(Executor background, Runnable task) {
        try {
            background.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    void stopAccepting() {
        batcher.close();
        quorum.close();
    }
}
