package beacon.index.grpc;

import beacon.index.admission.Admission;
import beacon.index.log.Append;
import beacon.index.log.AppendResult;
import beacon.index.log.RefusalException;
import beacon.index.ratis.IndexMember;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.model.RefusalCodec;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.Accepted;
import beacon.proto.v1.AppendFrame;
import beacon.proto.v1.AppendFrameReply;
import beacon.proto.v1.AppendOutcome;
import beacon.proto.v1.AppendRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Appends: single calls and pipelined frames. */
final class AppendCalls {
    /** Appends in a frame at most. */
    static final int MAX_FRAME_APPENDS = 4096;

    private static final ThreadLocal<Admission> ADMISSION = ThreadLocal.withInitial(Admission::new);

    private final IndexMember member;

    AppendCalls(IndexMember member) {
        this.member = member;
    }

    void append(AppendRequest request, StreamObserver<Accepted> observer) {
        Admission.Verdict verdict = ADMISSION.get().admit(ActorInterceptor.actor(), request);
        if (verdict instanceof Admission.Verdict.Refused refused) {
            observer.onError(StatusMapper.toException(refused.refusal()));
            return;
        }
        Append append = ((Admission.Verdict.Admitted) verdict).append();
        CompletableFuture<AppendResult> result;
        try {
            result = member.appendAll(List.of(append)).get(0);
        } catch (RefusalException e) {
            observer.onError(Calls.errorOf(e));
            return;
        }
        CompletableFuture<AppendResult> unused = result.whenComplete((answer, failure) -> {
            if (failure != null) {
                observer.onError(Calls.errorOf(failure));
            } else if (answer instanceof AppendResult.Accepted accepted) {
                observer.onNext(encode(accepted));
                observer.onCompleted();
            } else {
                observer.onError(StatusMapper.toException(((AppendResult.Refused) answer).refusal()));
            }
        });
    }

    StreamObserver<AppendFrame> stream(StreamObserver<AppendFrameReply> replies) {
        AppendStream stream = new AppendStream(this, (ServerCallStreamObserver<AppendFrameReply>) replies);
        stream.start();
        return stream;
    }

    /** Completes with the outcomes of a frame, in its order; never exceptionally. */
    CompletableFuture<AppendFrameReply> frame(String actor, AppendFrame frame) {
        int count = frame.getAppendsCount();
        List<CompletableFuture<AppendResult>> results = new ArrayList<>(count);
        List<Append> admitted = new ArrayList<>(count);
        Admission admission = ADMISSION.get();
        for (AppendRequest request : frame.getAppendsList()) {
            Admission.Verdict verdict = admission.admit(actor, request);
            if (verdict instanceof Admission.Verdict.Admitted passed) {
                admitted.add(passed.append());
                results.add(null);
            } else {
                Refusal refusal = ((Admission.Verdict.Refused) verdict).refusal();
                results.add(CompletableFuture.completedFuture(new AppendResult.Refused(refusal)));
            }
        }
        List<CompletableFuture<AppendResult>> decided = offer(admitted);
        int next = 0;
        for (int i = 0; i < count; i++) {
            if (results.get(i) == null) {
                results.set(i, decided.get(next++));
            }
        }
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(done -> reply(results));
    }

    private List<CompletableFuture<AppendResult>> offer(List<Append> admitted) {
        if (admitted.isEmpty()) {
            return List.of();
        }
        try {
            return member.appendAll(admitted);
        } catch (RefusalException e) {
            return java.util.Collections.nCopies(
                    admitted.size(), CompletableFuture.completedFuture(new AppendResult.Refused(e.refusal())));
        }
    }

    private static AppendFrameReply reply(List<CompletableFuture<AppendResult>> results) {
        AppendFrameReply.Builder reply = AppendFrameReply.newBuilder();
        for (CompletableFuture<AppendResult> result : results) {
            AppendOutcome.Builder outcome = AppendOutcome.newBuilder();
            AppendResult answer = result.join();
            if (answer instanceof AppendResult.Accepted accepted) {
                outcome.setAccepted(encode(accepted));
            } else {
                outcome.setRefusal(RefusalCodec.encode(((AppendResult.Refused) answer).refusal()));
            }
            reply.addOutcomes(outcome);
        }
        return reply.build();
    }

    private static Accepted encode(AppendResult.Accepted accepted) {
        return Accepted.newBuilder()
                .setFirstSequence(accepted.firstSequence())
                .setCount(accepted.count())
                .setTimeUnixMicros(accepted.timeUnixMicros())
                .addAllRevisions(accepted.revisions())
                .build();
    }

    static RefusalException frameTooLarge(int appends) {
        return new RefusalException(Refusal.of(
                Reason.BATCH_TOO_LARGE,
                "expected at most %d appends in a frame, but found %d; split it"
                        .formatted(MAX_FRAME_APPENDS, appends)));
    }
}
