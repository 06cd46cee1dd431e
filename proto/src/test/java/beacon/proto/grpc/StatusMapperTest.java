package beacon.proto.grpc;

import static beacon.model.Reason.*;
import static org.assertj.core.api.Assertions.assertThat;

import beacon.model.Reason;
import beacon.model.Refusal;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusMapperTest {
    private static final Map<Code, List<Reason>> TABLE = new EnumMap<>(Map.ofEntries(
            Map.entry(
                    Code.INVALID_ARGUMENT,
                    List.of(MALFORMED_ADDRESS, MALFORMED_CID, MALFORMED_REQUEST, UNKNOWN_EVENT_TYPE)),
            Map.entry(Code.NOT_FOUND, List.of(UNKNOWN_ADDRESS, UNKNOWN_REVISION, UNKNOWN_MEMBER)),
            Map.entry(Code.ALREADY_EXISTS, List.of(REQUEST_ID_REUSED, MEMBER_EXISTS)),
            Map.entry(Code.ABORTED, List.of(STALE_REVISION)),
            Map.entry(
                    Code.FAILED_PRECONDITION,
                    List.of(
                            REQUEST_ID_TOO_OLD,
                            UNKNOWN_REFERENCE,
                            UNKNOWN_NODE,
                            BEAT_OUT_OF_ORDER,
                            MEMBERSHIP_CHANGE_UNSAFE,
                            KEY_STATE_FORBIDS,
                            TOMBSTONE_FORBIDS)),
            Map.entry(Code.OUT_OF_RANGE, List.of(BEYOND_END, BEFORE_BEGINNING)),
            Map.entry(
                    Code.RESOURCE_EXHAUSTED,
                    List.of(
                            PAYLOAD_TOO_LARGE,
                            BATCH_TOO_LARGE,
                            TOO_BUSY,
                            DISK_FULL,
                            WATCHER_TOO_SLOW,
                            TOO_MANY_STREAMS,
                            LIMIT_REACHED)),
            Map.entry(Code.UNAVAILABLE, List.of(NOT_LEADER, NO_LEADER, STOPPING, CATCHING_UP)),
            Map.entry(Code.DEADLINE_EXCEEDED, List.of(OUTCOME_UNKNOWN)),
            Map.entry(Code.PERMISSION_DENIED, List.of(PERMISSION_DENIED)),
            Map.entry(Code.UNAUTHENTICATED, List.of(UNAUTHENTICATED)),
            Map.entry(Code.DATA_LOSS, List.of(HISTORY_DAMAGED)),
            Map.entry(Code.INTERNAL, List.of(BUG)),
            Map.entry(Code.UNKNOWN, List.of(UNSPECIFIED))));

    @Test
    void mapsEveryReasonToItsCode() {
        List<Reason> inTable = new ArrayList<>();
        TABLE.forEach((code, reasons) -> {
            for (Reason reason : reasons) {
                assertThat(StatusMapper.toException(Refusal.of(reason, "why"))
                                .getStatus()
                                .getCode())
                        .as("code of %s", reason)
                        .isEqualTo(code);
            }
            inTable.addAll(reasons);
        });

        assertThat(inTable).containsExactlyInAnyOrderElementsOf(Arrays.asList(Reason.values()));
    }

    @ParameterizedTest
    @EnumSource
    void givesTheRefusalBack(Reason reason) {
        Refusal refusal = new Refusal(reason, "why", "ucxl://a:b@c:d/*^", 7, "host:1", 9, 1250);

        StatusRuntimeException error = StatusMapper.toException(refusal);

        assertThat(StatusMapper.refusalOf(error)).contains(refusal);
        assertThat(StatusMapper.refusalOf(new CompletionException(error))).contains(refusal);
        assertThat(error.getStatus().getDescription()).isEqualTo("why");
    }

    @Test
    void tellsToolsThatKnowOnlyGoogleRpc() throws InvalidProtocolBufferException {
        Refusal refusal = Refusal.notLeader("host:1").withRetryAfterMillis(1250);

        List<Any> details =
                StatusProto.fromThrowable(StatusMapper.toException(refusal)).getDetailsList();

        ErrorInfo info = details.get(1).unpack(ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo("NOT_LEADER");
        assertThat(info.getDomain()).isEqualTo("beacon.v1");
        RetryInfo retry = details.get(2).unpack(RetryInfo.class);
        assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(1);
        assertThat(retry.getRetryDelay().getNanos()).isEqualTo(250_000_000);
    }

    @Test
    void advisesNoRetryWhereItIsPointless() {
        StatusRuntimeException error = StatusMapper.toException(Refusal.staleRevision("ucxl://a:b@c:d/*^", 1, 2));

        assertThat(StatusProto.fromThrowable(error).getDetailsList()).noneMatch(detail -> detail.is(RetryInfo.class));
    }

    @Test
    void tellsNothingAboutAnUnforeseenException() {
        StatusRuntimeException error = StatusMapper.unforeseen();

        assertThat(error.getStatus().getCode()).isEqualTo(Code.INTERNAL);
        assertThat(StatusMapper.refusalOf(error)).contains(Refusal.bug());
        assertThat(error.getCause()).isNull();
    }

    @Test
    void findsNoRefusalInOtherErrors() {
        assertThat(StatusMapper.refusalOf(new IOException("no"))).isEmpty();
        assertThat(StatusMapper.refusalOf(Status.UNAVAILABLE.asRuntimeException()))
                .isEmpty();
        Any broken = Any.newBuilder()
                .setTypeUrl("type.googleapis.com/beacon.v1.Refusal")
                .setValue(com.google.protobuf.ByteString.copyFromUtf8("\1"))
                .build();
        assertThat(StatusMapper.refusalOf(StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                        .setCode(3)
                        .addDetails(broken)
                        .build())))
                .isEmpty();
    }

    @Test
    void staysWithinTheMetadataOfAClientHoweverLongItIs() {
        String address = "ucxl://a:b@c:d/*^/" + "%E2%82%AC".repeat(113);
        Refusal refusal = new Refusal(MALFORMED_REQUEST, "🔑".repeat(5000), address, 1, "host:1", 1, 1);

        StatusRuntimeException error = StatusMapper.toException(refusal);

        Metadata trailers = error.getTrailers();
        // A character is at most three bytes, each percent-encoded.
        int bytes = 9 * error.getStatus().getDescription().length();
        for (byte[] part : InternalMetadata.serialize(trailers)) {
            bytes += part.length * 4 / 3 + 32;
        }
        assertThat(bytes).isLessThan(8192);
        assertThat(StatusMapper.refusalOf(error).orElseThrow().message()).endsWith("🔑…");
    }
}
