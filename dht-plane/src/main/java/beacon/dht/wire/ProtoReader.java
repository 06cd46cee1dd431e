package beacon.dht.wire;

import com.google.protobuf.ByteString;

/**
 * Reads protobuf messages field by field, with limits that a generated parser does not have: on the number of fields
 * and, per field, on its length. Groups are refused; unknown fields are skipped by the caller's {@link #skip()}.
 */
public final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteReader reader;
    private final int maxFields;
    private int fields;
    private int wireType;

    /**
     * A reader of one message.
     *
     * @param maxFields fields that are read before the message is refused
     */
    public ProtoReader(ByteString message, int maxFields) {
        this.reader = new ByteReader(message);
        this.maxFields = maxFields;
    }

    /**
     * Number of the next field, or 0 at the end. Its value must be taken before the next call.
     *
     * @throws WireException for too many fields or a malformed tag
     */
    public int next() {
        if (!reader.hasMore()) {
            return 0;
        }
        if (++fields > maxFields) {
            throw new WireException("expected at most %d fields, but found more".formatted(maxFields));
        }
        long tag = reader.varint();
        wireType = (int) (tag & 7);
        long field = tag >>> 3;
        if (field < 1 || field > 536_870_911) {
            throw new WireException("expected a field number, but found " + field);
        }
        return (int) field;
    }

    /** The value of a bytes, text or message field of at most so many bytes. */
    public ByteString bytes(int maxBytes) {
        expect(BYTES);
        return reader.takePrefixed(maxBytes);
    }

    /** The value of a text field of at most so many bytes; must be UTF-8. */
    public String text(int maxBytes) {
        ByteString bytes = bytes(maxBytes);
        if (!bytes.isValidUtf8()) {
            throw new WireException("expected text in UTF-8, but found %d other bytes".formatted(bytes.size()));
        }
        return bytes.toStringUtf8();
    }

    /** The value of an integer, bool or enum field; negative ones come as ten bytes, which protobuf allows. */
    public long integer() {
        expect(VARINT);
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte next = reader.next();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new WireException("expected an integer of at most 10 bytes, but found more");
    }

    /** Leaves a field out. */
    public void skip() {
        ByteString unused = switch (wireType) {
            case VARINT -> {
                integer();
                yield ByteString.EMPTY;
            }
            case FIXED64 -> reader.take(8);
            case BYTES -> reader.takePrefixed(Integer.MAX_VALUE);
            case FIXED32 -> reader.take(4);
            default -> throw new WireException("expected a wire type in use, but found " + wireType);
        };
    }

    private void expect(int expected) {
        if (wireType != expected) {
            throw new WireException("expected wire type %d, but found %d".formatted(expected, wireType));
        }
    }
}
