package beacon.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes the bytes of the recorded events of one append: the leaves of the transparency tree, so every member writes
 * the same. Fields are ascending and none has its default value; the event goes in byte for byte. Done by hand, and what
 * the events of an append share is encoded once, because all of history passes here. Immutable.
 */
public final class RecordedEventWriter {
    static final int SEQUENCE = 1;
    static final int TERM = 2;
    static final int TIME = 3;
    static final int ACTOR = 4;
    static final int REQUEST_ID = 5;
    static final int FINGERPRINT = 6;
    static final int ORDINAL = 7;
    static final int COUNT = 8;
    static final int REVISION = 9;
    static final int PREVIOUS = 10;
    static final int EVENT = 11;

    static final int REQUEST_ID_BYTES = 16;

    /** Fields 2 to 6. */
    private final byte[] shared;

    private final int count;

    /**
     * What all events of an append have in common.
     *
     * @param requestIdHigh first half of the request id, big-endian
     * @param requestIdLow second half
     * @param count number of events in the append, at least 1
     */
    public record Shared(
            long term,
            long timeUnixMicros,
            String actor,
            long requestIdHigh,
            long requestIdLow,
            long fingerprint,
            int count) {}

    public RecordedEventWriter(Shared append) {
        if (append.count() < 1) {
            throw new IllegalArgumentException("expected at least one event, but found " + append.count());
        }
        this.count = append.count();
        this.shared = encodeShared(append);
    }

    private static byte[] encodeShared(Shared append) {
        byte[] actor = append.actor().getBytes(StandardCharsets.UTF_8);
        int size = uint64Size(TERM, append.term())
                + uint64Size(TIME, append.timeUnixMicros())
                + (actor.length == 0 ? 0 : CodedOutputStream.computeByteArraySize(ACTOR, actor))
                + 2
                + REQUEST_ID_BYTES
                + (append.fingerprint() == 0 ? 0 : 1 + Long.BYTES);
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            uint64(out, TERM, append.term());
            uint64(out, TIME, append.timeUnixMicros());
            if (actor.length > 0) {
                out.writeByteArray(ACTOR, actor);
            }
            out.writeTag(REQUEST_ID, 2);
            out.writeUInt32NoTag(REQUEST_ID_BYTES);
            // Fixed-width fields are little-endian on the wire, a request id is big-endian.
            out.writeFixed64NoTag(Long.reverseBytes(append.requestIdHigh()));
            out.writeFixed64NoTag(Long.reverseBytes(append.requestIdLow()));
            if (append.fingerprint() != 0) {
                out.writeFixed64(FINGERPRINT, append.fingerprint());
            }
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    /**
     * The bytes of one recorded event, in an array of their own.
     *
     * @param sequence from 1
     * @param ordinal position in the append, from 0
     * @param revision that the event created; 0 for none
     * @param previous sequence of the previous event about the same address; 0 for none
     * @param event as proposed
     */
    public byte[] write(long sequence, int ordinal, long revision, long previous, ByteString event) {
        int eventSize = event.size();
        int size = uint64Size(SEQUENCE, sequence)
                + shared.length
                + uint64Size(ORDINAL, ordinal)
                + uint64Size(COUNT, count)
                + uint64Size(REVISION, revision)
                + uint64Size(PREVIOUS, previous)
                + 1
                + CodedOutputStream.computeUInt32SizeNoTag(eventSize)
                + eventSize;
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            uint64(out, SEQUENCE, sequence);
            out.writeRawBytes(shared);
            uint64(out, ORDINAL, ordinal);
            uint64(out, COUNT, count);
            uint64(out, REVISION, revision);
            uint64(out, PREVIOUS, previous);
            out.writeTag(EVENT, 2);
            out.writeUInt32NoTag(eventSize);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        event.copyTo(bytes, size - eventSize);
        return bytes;
    }

    private static int uint64Size(int field, long value) {
        return value == 0 ? 0 : CodedOutputStream.computeUInt64Size(field, value);
    }

    private static void uint64(CodedOutputStream out, int field, long value) throws IOException {
        if (value != 0) {
            out.writeUInt64(field, value);
        }
    }
}
