package beacon.dht.cbor;

import beacon.dht.wire.ByteReader;
import beacon.dht.wire.WireException;
import beacon.model.Cid;
import beacon.model.MalformedCid;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the one spelling of a value and refuses every other: a number that could be shorter, a length that is not known
 * beforehand, a key twice or out of order, another tag than that of links, bytes after the end. What is accepted is
 * written back byte for byte by {@link CborWriter}.
 */
public final class CborReader {
    private static final int DIGEST_BYTES = 32;

    private final ByteReader in;
    private final Limits limits;
    private int values;

    /**
     * Bounds of what is read, since a short text can ask for a deep or a wide value.
     *
     * @param depth of lists and maps in each other
     * @param values in all
     */
    public record Limits(int depth, int values) {}

    private CborReader(ByteString bytes, Limits limits) {
        this.in = new ByteReader(bytes);
        this.limits = limits;
    }

    /**
     * The value that some bytes spell.
     *
     * @throws WireException when they are no canonical DAG-CBOR, or exceed a limit
     */
    public static Cbor read(ByteString bytes, Limits limits) {
        CborReader reader = new CborReader(bytes, limits);
        Cbor value = reader.value(0);
        if (reader.in.hasMore()) {
            throw new WireException(
                    "expected the end after the value, but found %d more bytes".formatted(reader.in.remaining()));
        }
        return value;
    }

    private Cbor value(int depth) {
        if (++values > limits.values()) {
            throw new WireException("expected at most %d values, but found more".formatted(limits.values()));
        }
        int first = in.next() & 0xff;
        return switch (first >> 5) {
            case CborWriter.UNSIGNED -> new Cbor.Unsigned(argument(first));
            case CborWriter.NEGATIVE -> new Cbor.Negative(argument(first));
            case CborWriter.BYTES -> new Cbor.Bytes(run(first));
            case CborWriter.TEXT -> new Cbor.Text(text(first));
            case CborWriter.ITEMS -> items(first, inner(depth));
            case CborWriter.ENTRIES -> entries(first, inner(depth));
            case CborWriter.TAG -> link(first);
            default -> simple(first);
        };
    }

    private int inner(int depth) {
        if (depth >= limits.depth()) {
            throw new WireException("expected at most %d levels, but found more".formatted(limits.depth()));
        }
        return depth + 1;
    }

    private long argument(int first) {
        int info = first & 0x1f;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw new WireException("expected a number or a length, but found the argument " + info);
        }
        int bytes = 1 << (info - 24);
        long value = big(bytes);
        boolean shortest = bytes == 1 ? value >= 24 || value < 0 : value >>> (8 * (bytes / 2)) != 0;
        if (!shortest) {
            throw new WireException("expected the shortest spelling of %d, but found %d bytes".formatted(value, bytes));
        }
        return value;
    }

    private long big(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (in.next() & 0xff);
        }
        return value;
    }

    private ByteString run(int first) {
        return in.take(argument(first));
    }

    private String text(int first) {
        ByteString bytes = run(first);
        if (!bytes.isValidUtf8()) {
            throw new WireException("expected text in UTF-8, but found other bytes");
        }
        return bytes.toStringUtf8();
    }

    /** A count of things that take a byte at least, so that it costs no more than what is there. */
    private int count(int first, int bytesEach) {
        long count = argument(first);
        if (count < 0 || count > in.remaining() / bytesEach) {
            throw new WireException("expected %s items, but found only %d bytes"
                    .formatted(Long.toUnsignedString(count), in.remaining()));
        }
        return (int) count;
    }

    private Cbor items(int first, int depth) {
        int count = count(first, 1);
        List<Cbor> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(value(depth));
        }
        return new Cbor.Items(items);
    }

    private Cbor entries(int first, int depth) {
        int count = count(first, 2);
        Map<String, Cbor> entries = new LinkedHashMap<>();
        @Nullable ByteString last = null;
        for (int i = 0; i < count; i++) {
            int head = in.next() & 0xff;
            if (head >> 5 != CborWriter.TEXT) {
                throw new WireException("expected text as the key of a map, but found type " + (head >> 5));
            }
            String key = text(head);
            ByteString bytes = ByteString.copyFromUtf8(key);
            if (last != null && !isBefore(last, bytes)) {
                throw new WireException("expected each key of a map once and in order, but found \"" + key + '"');
            }
            last = bytes;
            entries.put(key, value(depth));
        }
        return new Cbor.Entries(entries);
    }

    private static boolean isBefore(ByteString key, ByteString next) {
        int bySize = Integer.compare(key.size(), next.size());
        return bySize != 0
                ? bySize < 0
                : ByteString.unsignedLexicographicalComparator().compare(key, next) < 0;
    }

    private Cbor link(int first) {
        long tag = argument(first);
        if (tag != CborWriter.LINK_TAG) {
            throw new WireException("expected the tag of a link, but found tag " + Long.toUnsignedString(tag));
        }
        int head = in.next() & 0xff;
        ByteString bytes = head >> 5 == CborWriter.BYTES ? run(head) : ByteString.EMPTY;
        if (bytes.isEmpty() || bytes.byteAt(0) != 0) {
            throw new WireException("expected bytes that begin with 0 as a link, but found others");
        }
        ByteString cid = bytes.substring(1);
        boolean versionZero =
                cid.size() == DIGEST_BYTES + 2 && cid.byteAt(0) == Cid.SHA2_256 && cid.byteAt(1) == DIGEST_BYTES;
        if (!versionZero) {
            try {
                Cid.of(cid);
            } catch (MalformedCid e) {
                throw new WireException("expected a CID in a link, but found other bytes", e);
            }
        }
        return new Cbor.Link(cid);
    }

    private Cbor simple(int first) {
        return switch (first) {
            case CborWriter.FALSE -> new Cbor.Bool(false);
            case CborWriter.TRUE -> new Cbor.Bool(true);
            case CborWriter.NULL -> new Cbor.Null();
            case CborWriter.REAL -> new Cbor.Real(Double.longBitsToDouble(big(Long.BYTES)));
            default ->
                throw new WireException("expected false, true, null or 64 bits, but found 0x%x".formatted(first));
        };
    }
}
