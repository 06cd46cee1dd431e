package beacon.index.grpc;

import beacon.index.journal.JournalException;
import beacon.index.log.RefusalException;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a call ends: with its answer, with a refusal, or with an error that says nothing about the inside. */
public final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private Calls() {}

    /** Answers with what the work returns, or with the error that its exception means. */
    public static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
        T reply;
        try {
            reply = work.get();
        } catch (RuntimeException e) {
            observer.onError(errorOf(e));
            return;
        }
        observer.onNext(reply);
        observer.onCompleted();
    }

    /** The status that an exception means for a caller. */
    public static StatusRuntimeException errorOf(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RefusalException refused) {
            return StatusMapper.toException(refused.refusal());
        }
        if (cause instanceof StatusRuntimeException status) {
            return status;
        }
        if (cause instanceof JournalException.Damaged damaged) {
            LOG.error("history_damaged sequence={} cause=\"{}\"", damaged.sequence(), damaged.getMessage());
            return StatusMapper.toException(Refusal.of(
                            Reason.HISTORY_DAMAGED,
                            "expected intact history, but record %d of this member is damaged; ask another member"
                                    .formatted(damaged.sequence()))
                    .withSequence(damaged.sequence()));
        }
        LOG.error("call_failed", cause);
        return StatusMapper.unforeseen();
    }

    /** An exception that ends a call with this refusal. */
    public static RefusalException refused(Reason reason, String message) {
        return new RefusalException(Refusal.of(reason, message));
    }
}
