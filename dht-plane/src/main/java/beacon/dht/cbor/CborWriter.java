package beacon.dht.cbor;

import com.google.protobuf.ByteString;
import java.util.Map;

/** Writes values in their one spelling. */
public final class CborWriter {
    static final int UNSIGNED = 0;
    static final int NEGATIVE = 1;
    static final int BYTES = 2;
    static final int TEXT = 3;
    static final int ITEMS = 4;
    static final int ENTRIES = 5;
    static final int TAG = 6;
    static final int SIMPLE = 7;
    static final int LINK_TAG = 42;
    static final int FALSE = 0xf4;
    static final int TRUE = 0xf5;
    static final int NULL = 0xf6;
    static final int REAL = 0xfb;

    private final ByteString.Output out;

    private CborWriter(ByteString.Output out) {
        this.out = out;
    }

    /** The bytes of a value. */
    public static ByteString write(Cbor value) {
        ByteString.Output out = ByteString.newOutput();
        new CborWriter(out).value(value);
        return out.toByteString();
    }

    private void value(Cbor value) {
        if (value instanceof Cbor.Unsigned number) {
            head(UNSIGNED, number.bits());
        } else if (value instanceof Cbor.Negative number) {
            head(NEGATIVE, number.bits());
        } else if (value instanceof Cbor.Bytes bytes) {
            run(BYTES, bytes.value());
        } else if (value instanceof Cbor.Text text) {
            run(TEXT, ByteString.copyFromUtf8(text.value()));
        } else if (value instanceof Cbor.Items items) {
            head(ITEMS, items.values().size());
            items.values().forEach(this::value);
        } else if (value instanceof Cbor.Entries entries) {
            head(ENTRIES, entries.values().size());
            for (Map.Entry<String, Cbor> entry : entries.values().entrySet()) {
                run(TEXT, ByteString.copyFromUtf8(entry.getKey()));
                value(entry.getValue());
            }
        } else if (value instanceof Cbor.Link link) {
            head(TAG, LINK_TAG);
            // The zero is the multibase prefix of binary, which history has put there.
            run(BYTES, ByteString.copyFrom(new byte[1]).concat(link.cidBytes()));
        } else {
            simple(value);
        }
    }

    private void simple(Cbor value) {
        if (value instanceof Cbor.Bool bool) {
            out.write(bool.value() ? TRUE : FALSE);
        } else if (value instanceof Cbor.Real real) {
            out.write(REAL);
            big(Double.doubleToRawLongBits(real.value()), Long.BYTES);
        } else {
            out.write(NULL);
        }
    }

    private void run(int major, ByteString bytes) {
        head(major, bytes.size());
        for (int i = 0; i < bytes.size(); i++) {
            out.write(bytes.byteAt(i));
        }
    }

    /** Major type and argument, the argument as short as it can be. */
    private void head(int major, long argument) {
        int type = major << 5;
        if (argument >= 0 && argument < 24) {
            out.write(type | (int) argument);
        } else if (argument >>> 8 == 0) {
            out.write(type | 24);
            big(argument, 1);
        } else if (argument >>> 16 == 0) {
            out.write(type | 25);
            big(argument, 2);
        } else if (argument >>> 32 == 0) {
            out.write(type | 26);
            big(argument, 4);
        } else {
            out.write(type | 27);
            big(argument, 8);
        }
    }

    private void big(long value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }
}
