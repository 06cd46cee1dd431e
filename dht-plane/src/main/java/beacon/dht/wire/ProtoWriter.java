package beacon.dht.wire;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/** Writes protobuf messages; fields in the order of the calls, which makes the bytes deterministic. */
public final class ProtoWriter {
    private static final int FIRST_BYTES = 128;

    private byte[] written = new byte[FIRST_BYTES];
    private int size;

    /** A bytes or message field, also when it is empty. */
    public ProtoWriter bytes(int field, ByteString value) {
        varint(((long) field << 3) | 2);
        varint(value.size());
        reserve(value.size());
        value.copyTo(written, size);
        size += value.size();
        return this;
    }

    /** A text field. */
    public ProtoWriter text(int field, String value) {
        return bytes(field, ByteString.copyFromUtf8(value));
    }

    /** An integer field that is not negative. */
    public ProtoWriter integer(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    private void varint(long value) {
        reserve(Varint.MAX_BYTES);
        size = Varint.write(value, written, size);
    }

    private void reserve(int bytes) {
        if (bytes > written.length - size) {
            written = Arrays.copyOf(written, Math.max(2 * written.length, size + bytes));
        }
    }

    /** What was written so far. */
    public ByteString toByteString() {
        return ByteString.copyFrom(written, 0, size);
    }
}
