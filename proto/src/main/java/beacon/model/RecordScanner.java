package beacon.model;

import com.google.protobuf.ByteString;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads the protobuf fields of a recorded event in the one form that is written, and refuses every other. */
final class RecordScanner {
    static final int TAG_TYPE_BITS = 3;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    static final int SEQUENCE = (RecordedEventWriter.SEQUENCE << TAG_TYPE_BITS) | VARINT;
    static final int TERM = (RecordedEventWriter.TERM << TAG_TYPE_BITS) | VARINT;
    static final int TIME = (RecordedEventWriter.TIME << TAG_TYPE_BITS) | VARINT;
    static final int ACTOR = (RecordedEventWriter.ACTOR << TAG_TYPE_BITS) | LENGTH_DELIMITED;
    static final int REQUEST_ID = (RecordedEventWriter.REQUEST_ID << TAG_TYPE_BITS) | LENGTH_DELIMITED;
    static final int FINGERPRINT = (RecordedEventWriter.FINGERPRINT << TAG_TYPE_BITS) | FIXED64;
    static final int ORDINAL = (RecordedEventWriter.ORDINAL << TAG_TYPE_BITS) | VARINT;
    static final int COUNT = (RecordedEventWriter.COUNT << TAG_TYPE_BITS) | VARINT;
    static final int REVISION = (RecordedEventWriter.REVISION << TAG_TYPE_BITS) | VARINT;
    static final int PREVIOUS = (RecordedEventWriter.PREVIOUS << TAG_TYPE_BITS) | VARINT;
    static final int EVENT = (RecordedEventWriter.EVENT << TAG_TYPE_BITS) | LENGTH_DELIMITED;

    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final int end;
    private int at;
    private int tag;

    RecordScanner(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    /** Goes on to the next field; false at the end. */
    boolean nextField() {
        if (at == end) {
            return false;
        }
        long next = varint();
        if (next >>> TAG_TYPE_BITS <= tag >>> TAG_TYPE_BITS || next > 0xffffffffL) {
            throw new MalformedRecord("expected a field after number %d, but found number %d"
                    .formatted(tag >>> TAG_TYPE_BITS, next >>> TAG_TYPE_BITS));
        }
        tag = (int) next;
        return true;
    }

    /** Number and wire type of the present field. */
    int tag() {
        return tag;
    }

    /** A varint in its shortest form, as 64 bits. */
    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == end) {
                throw new MalformedRecord("expected a varint, but found the end");
            }
            byte b = bytes[at++];
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                if ((b == 0 && shift > 0) || (shift == 63 && b > 1)) {
                    throw new MalformedRecord("expected the shortest varint, but found a longer one");
                }
                return value;
            }
        }
        throw new MalformedRecord("expected a varint of at most ten bytes, but found more");
    }

    long nonDefault() {
        long value = varint();
        if (value == 0) {
            throw new MalformedRecord(
                    "expected no field with its default value, but found number %d".formatted(tag >>> TAG_TYPE_BITS));
        }
        return value;
    }

    long positive() {
        long value = nonDefault();
        if (value < 0) {
            throw new MalformedRecord("expected a number below 2^63, but found more");
        }
        return value;
    }

    int positiveInt() {
        long value = positive();
        if (value > Integer.MAX_VALUE) {
            throw new MalformedRecord("expected a number below 2^31, but found " + value);
        }
        return (int) value;
    }

    long fixed64() {
        long value = (long) LITTLE_ENDIAN.get(bytes, skip(Long.BYTES));
        if (value == 0) {
            throw new MalformedRecord("expected no fingerprint with its default value, but found one");
        }
        return value;
    }

    long bigEndian() {
        return (long) BIG_ENDIAN.get(bytes, skip(Long.BYTES));
    }

    /** A length that fits into what is left. */
    int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new MalformedRecord("expected at most %d bytes, but found a length of %s"
                    .formatted(end - at, Long.toUnsignedString(length)));
        }
        return (int) length;
    }

    /** Passes over bytes and returns the index of the first one. */
    int skip(int length) {
        if (length > end - at) {
            throw new MalformedRecord("expected %d bytes, but found %d".formatted(length, end - at));
        }
        int first = at;
        at += length;
        return first;
    }

    /** Passes over the present field if it can be one that a later version added. */
    void skipLaterField(boolean afterEvent) {
        if (!afterEvent) {
            throw new MalformedRecord("expected a known field before the event, but found number %d with wire type %d"
                    .formatted(tag >>> TAG_TYPE_BITS, tag & 7));
        }
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> skip(Long.BYTES);
            case LENGTH_DELIMITED -> skip(length());
            case FIXED32 -> skip(Integer.BYTES);
            default -> throw new MalformedRecord("expected a known wire type, but found " + (tag & 7));
        }
    }

    void checkUtf8(int offset, int length) {
        int i = offset;
        while (i < offset + length && bytes[i] >= 0) {
            i++;
        }
        if (i < offset + length && !ByteString.copyFrom(bytes, offset, length).isValidUtf8()) {
            throw new MalformedRecord("expected UTF-8, but found other bytes");
        }
    }
}
