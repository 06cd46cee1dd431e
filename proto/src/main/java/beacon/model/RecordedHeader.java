package beacon.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.charset.StandardCharsets;

/**
 * What is around the event in the bytes of a recorded event, read in one pass without copying the event. Reads only what
 * {@link RecordedEventWriter} writes: ascending fields, shortest varints, no default values; two different arrays never
 * have the same meaning. Fields of a later version, after the event, are skipped; {@link #isCanonical} tells.
 *
 * <p>Keeps the array it was read from, which must not change.
 */
public final class RecordedHeader {
    private final byte[] bytes;
    private long sequence;
    private long term;
    private long timeUnixMicros;
    private int actorOffset;
    private int actorLength;
    private long requestIdHigh;
    private long requestIdLow;
    private long fingerprint;
    private int ordinal;
    private int count;
    private long revision;
    private long previous;
    private int eventOffset;
    private int eventLength;
    private boolean canonical = true;

    private RecordedHeader(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads the bytes of one recorded event.
     *
     * @throws MalformedRecord if they are none
     */
    public static RecordedHeader read(byte[] bytes) {
        return read(bytes, 0, bytes.length);
    }

    /**
     * Reads the bytes of one recorded event, a part of an array.
     *
     * @throws MalformedRecord if they are none
     */
    public static RecordedHeader read(byte[] bytes, int offset, int length) {
        RecordedHeader header = new RecordedHeader(bytes);
        header.fields(new RecordScanner(bytes, offset, length));
        return header;
    }

    /** Whether the bytes are exactly what this version writes for some event. */
    public static boolean isCanonical(byte[] bytes) {
        try {
            return read(bytes).canonical;
        } catch (MalformedRecord no) {
            return false;
        }
    }

    private void fields(RecordScanner in) {
        boolean requestIdSeen = false;
        boolean eventSeen = false;
        while (in.nextField()) {
            switch (in.tag()) {
                case RecordScanner.SEQUENCE -> sequence = in.positive();
                case RecordScanner.TERM -> term = in.nonDefault();
                case RecordScanner.TIME -> timeUnixMicros = in.nonDefault();
                case RecordScanner.ACTOR -> actor(in);
                case RecordScanner.REQUEST_ID -> {
                    requestId(in);
                    requestIdSeen = true;
                }
                case RecordScanner.FINGERPRINT -> fingerprint = in.fixed64();
                case RecordScanner.ORDINAL -> ordinal = in.positiveInt();
                case RecordScanner.COUNT -> count = in.positiveInt();
                case RecordScanner.REVISION -> revision = in.positive();
                case RecordScanner.PREVIOUS -> previous = in.positive();
                case RecordScanner.EVENT -> {
                    eventLength = in.length();
                    eventOffset = in.skip(eventLength);
                    eventSeen = true;
                }
                default -> {
                    in.skipLaterField(eventSeen);
                    canonical = false;
                }
            }
        }
        if (sequence == 0 || !requestIdSeen || !eventSeen) {
            throw new MalformedRecord("expected sequence, request id and event, but found the end before one of them");
        }
    }

    private void actor(RecordScanner in) {
        actorLength = in.length();
        actorOffset = in.skip(actorLength);
        if (actorLength == 0) {
            throw new MalformedRecord("expected an actor, but found an empty one");
        }
        in.checkUtf8(actorOffset, actorLength);
    }

    private void requestId(RecordScanner in) {
        int length = in.length();
        if (length != RecordedEventWriter.REQUEST_ID_BYTES) {
            throw new MalformedRecord("expected a request id of 16 bytes, but found " + length);
        }
        requestIdHigh = in.bigEndian();
        requestIdLow = in.bigEndian();
    }

    public long sequence() {
        return sequence;
    }

    public long term() {
        return term;
    }

    public long timeUnixMicros() {
        return timeUnixMicros;
    }

    /** Decoded at each call. */
    public String actor() {
        return new String(bytes, actorOffset, actorLength, StandardCharsets.UTF_8);
    }

    /** First eight bytes of the request id, big-endian. */
    public long requestIdHigh() {
        return requestIdHigh;
    }

    /** Last eight bytes of the request id, big-endian. */
    public long requestIdLow() {
        return requestIdLow;
    }

    public long fingerprint() {
        return fingerprint;
    }

    public int ordinal() {
        return ordinal;
    }

    public int count() {
        return count;
    }

    public long revision() {
        return revision;
    }

    public long previous() {
        return previous;
    }

    /** Index of the event's first byte in the array that was read. */
    public int eventOffset() {
        return eventOffset;
    }

    /** Bytes of the event. */
    public int eventLength() {
        return eventLength;
    }

    /** The event's bytes, not copied. */
    public ByteString event() {
        return UnsafeByteOperations.unsafeWrap(bytes, eventOffset, eventLength);
    }

    /** Field number of the event's first field: its type, as long as admission lets no event in that has two. */
    public int eventType() {
        return eventLength == 0
                ? 0
                : (int) new RecordScanner(bytes, eventOffset, eventLength).varint() >>> RecordScanner.TAG_TYPE_BITS;
    }
}
