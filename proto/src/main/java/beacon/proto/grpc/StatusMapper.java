package beacon.proto.grpc;

import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.model.RefusalCodec;
import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;

/**
 * Refusals as gRPC errors and back. The error's details are the {@code beacon.v1.Refusal}, an ErrorInfo with the reason's
 * name for tools that know only google.rpc, and a RetryInfo when trying again makes sense.
 */
public final class StatusMapper {
    /** Domain of the ErrorInfo. */
    public static final String DOMAIN = "beacon.v1";

    /** Trailers share 8 KiB on most clients, and the message goes twice, once percent-encoded. */
    private static final int MAX_STATUS_MESSAGE = 256;

    private static final int MAX_REFUSAL_MESSAGE = 512;

    private StatusMapper() {}

    /** The error that carries the refusal. */
    public static StatusRuntimeException toException(Refusal refusal) {
        Status.Builder status = Status.newBuilder()
                .setCode(codeOf(refusal.reason()).getNumber())
                .setMessage(shorten(refusal.message(), MAX_STATUS_MESSAGE))
                .addDetails(Any.pack(shortened(refusal)))
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(refusal.reason().name())
                        .setDomain(DOMAIN)
                        .build()));
        if (refusal.retryAfterMillis() > 0) {
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(duration(refusal.retryAfterMillis()))
                    .build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    /**
     * The error for an exception that nobody foresaw: tells the caller nothing. Log the exception before.
     */
    public static StatusRuntimeException unforeseen() {
        return toException(Refusal.bug());
    }

    /** The refusal that an error, or a cause of it, carries; empty when it came from no Beacon service. */
    public static Optional<Refusal> refusalOf(Throwable error) {
        Status status = StatusProto.fromThrowable(error);
        if (status == null) {
            return Optional.empty();
        }
        try {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(beacon.proto.v1.Refusal.class)) {
                    return Optional.of(RefusalCodec.decode(detail.unpack(beacon.proto.v1.Refusal.class)));
                }
            }
            return Optional.empty();
        } catch (InvalidProtocolBufferException notOurs) {
            return Optional.empty();
        }
    }

    /** The status code for a reason. */
    public static Code codeOf(Reason reason) {
        return switch (reason) {
            case MALFORMED_ADDRESS, MALFORMED_CID, MALFORMED_REQUEST, UNKNOWN_EVENT_TYPE -> Code.INVALID_ARGUMENT;
            case UNKNOWN_ADDRESS, UNKNOWN_REVISION, UNKNOWN_MEMBER -> Code.NOT_FOUND;
            case REQUEST_ID_REUSED, MEMBER_EXISTS -> Code.ALREADY_EXISTS;
            case STALE_REVISION -> Code.ABORTED;
            case REQUEST_ID_TOO_OLD,
                    UNKNOWN_REFERENCE,
                    UNKNOWN_NODE,
                    BEAT_OUT_OF_ORDER,
                    MEMBERSHIP_CHANGE_UNSAFE,
                    KEY_STATE_FORBIDS,
                    TOMBSTONE_FORBIDS -> Code.FAILED_PRECONDITION;
            case BEYOND_END, BEFORE_BEGINNING -> Code.OUT_OF_RANGE;
            case PAYLOAD_TOO_LARGE,
                    BATCH_TOO_LARGE,
                    TOO_BUSY,
                    DISK_FULL,
                    WATCHER_TOO_SLOW,
                    TOO_MANY_STREAMS,
                    LIMIT_REACHED -> Code.RESOURCE_EXHAUSTED;
            case NOT_LEADER, NO_LEADER, STOPPING, CATCHING_UP -> Code.UNAVAILABLE;
            case OUTCOME_UNKNOWN -> Code.DEADLINE_EXCEEDED;
            case PERMISSION_DENIED -> Code.PERMISSION_DENIED;
            case UNAUTHENTICATED -> Code.UNAUTHENTICATED;
            case HISTORY_DAMAGED -> Code.DATA_LOSS;
            case BUG -> Code.INTERNAL;
            case UNSPECIFIED -> Code.UNKNOWN;
        };
    }

    private static beacon.proto.v1.Refusal shortened(Refusal refusal) {
        return RefusalCodec.encode(refusal).toBuilder()
                .setMessage(shorten(refusal.message(), MAX_REFUSAL_MESSAGE))
                .build();
    }

    private static String shorten(String message, int length) {
        if (message.length() <= length) {
            return message;
        }
        int end = Character.isHighSurrogate(message.charAt(length - 2)) ? length - 2 : length - 1;
        return message.substring(0, end) + "…";
    }

    private static Duration duration(int millis) {
        return Duration.newBuilder()
                .setSeconds(millis / 1000)
                .setNanos(millis % 1000 * 1_000_000)
                .build();
    }
}
