package beacon.dht.wire;

import com.google.protobuf.ByteString;

/** Writes protobuf messages; fields in the order of the calls, which makes the bytes deterministic. */
public final class ProtoWriter {
    private final ByteString.Output out = ByteString.newOutput();

    /** A bytes or message field, also when it is empty. */
    public ProtoWriter bytes(int field, ByteString value) {
        varint(((long) field << 3) | 2);
        varint(value.size());
        byte[] copy = value.toByteArray();
        out.write(copy, 0, copy.length);
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
        byte[] encoded = Varint.encode(value);
        out.write(encoded, 0, encoded.length);
    }

    /** What was written so far. */
    public ByteString toByteString() {
        return out.toByteString();
    }
}
