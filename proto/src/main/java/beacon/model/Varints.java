package beacon.model;

import com.google.protobuf.ByteString;

/** Unsigned varints of multiformats: at most nine bytes, the shortest form only. */
final class Varints {
    private static final int MAX_BYTES = 9;

    private final ByteString bytes;
    private int at;

    Varints(ByteString bytes) {
        this.bytes = bytes;
    }

    int position() {
        return at;
    }

    long next(String what) {
        long value = 0;
        for (int i = 0; i < MAX_BYTES; i++) {
            if (at == bytes.size()) {
                throw new MalformedCid("expected %s, but found the end".formatted(what));
            }
            byte b = bytes.byteAt(at++);
            value |= (b & 0x7fL) << (7 * i);
            if (b >= 0) {
                if (b == 0 && i > 0) {
                    throw new MalformedCid(
                            "expected %s in the shortest form, but found a varint that ends in zero".formatted(what));
                }
                return value;
            }
        }
        throw new MalformedCid("expected %s in at most nine bytes, but found more".formatted(what));
    }

    static ByteString encode(long... values) {
        ByteString.Output out = ByteString.newOutput(values.length);
        for (long value : values) {
            long rest = value;
            while (rest > 0x7f) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
        return out.toByteString();
    }
}
