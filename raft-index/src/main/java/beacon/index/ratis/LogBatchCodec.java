package beacon.index.ratis;

import beacon.index.log.Append;
import beacon.index.log.Precondition;
import beacon.index.log.RequestId;
import beacon.index.state.LogBatch;
import beacon.proto.v1.LogAppend;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Between a batch and the bytes of its Raft entry ({@code storage.proto}). */
final class LogBatchCodec {
    private static final int FORMAT = 1;

    private LogBatchCodec() {}

    static byte[] encode(LogBatch batch) {
        beacon.proto.v1.LogBatch.Builder out =
                beacon.proto.v1.LogBatch.newBuilder().setFormat(FORMAT).setTimeUnixMicros(batch.timeUnixMicros());
        for (Append append : batch.appends()) {
            LogAppend.Builder item = LogAppend.newBuilder()
                    .setActor(append.actor())
                    .setRequestId(bytesOf(append.requestId()))
                    .setFingerprint(append.fingerprint())
                    .setIssuedAtSequence(append.issuedAtSequence())
                    .addAllEvents(append.events());
            for (Precondition wanted : append.preconditions()) {
                item.addPreconditions(beacon.proto.v1.Precondition.newBuilder()
                        .setAddress(wanted.key())
                        .setExpectedRevision(wanted.expectedRevision()));
            }
            out.addAppends(item);
        }
        return out.build().toByteArray();
    }

    /**
     * Reads the bytes of an entry.
     *
     * @throws IllegalStateException when they are of an unknown format: the entry comes from a newer member
     */
    static LogBatch decode(ByteBuffer bytes) {
        try {
            beacon.proto.v1.LogBatch in = beacon.proto.v1.LogBatch.parseFrom(bytes);
            if (in.getFormat() != FORMAT) {
                throw new IllegalStateException("expected log entries of format %d, but found %d; upgrade this member"
                        .formatted(FORMAT, in.getFormat()));
            }
            List<Append> appends = new ArrayList<>(in.getAppendsCount());
            for (LogAppend item : in.getAppendsList()) {
                appends.add(append(item));
            }
            return new LogBatch(in.getTimeUnixMicros(), appends);
        } catch (IOException e) {
            throw new IllegalStateException("expected a log entry, but found other bytes", e);
        }
    }

    private static Append append(LogAppend item) {
        ByteBuffer id = item.getRequestId().asReadOnlyByteBuffer();
        List<Precondition> preconditions = new ArrayList<>(item.getPreconditionsCount());
        for (var wanted : item.getPreconditionsList()) {
            preconditions.add(new Precondition(wanted.getAddress(), wanted.getExpectedRevision()));
        }
        return new Append(
                item.getActor(),
                new RequestId(id.getLong(), id.getLong()),
                item.getFingerprint(),
                item.getIssuedAtSequence(),
                preconditions,
                item.getEventsList());
    }

    private static ByteString bytesOf(RequestId id) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(RequestId.BYTES).putLong(0, id.high()).putLong(8, id.low()));
    }
}
