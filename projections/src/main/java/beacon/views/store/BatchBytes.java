package beacon.views.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Changes in the form in which RocksDB has them in its log: a sequence that it sets itself, their number, and each with its
 * key and value. Made here, because a call into the library for each change costs several times what the change costs.
 */
final class BatchBytes {
    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
    private static final int FIRST_SIZE = 4_096;
    private static final int KEPT_SIZE = 16 << 20;
    private static final int MOST_VARINT_BYTES = 5;
    private static final byte DELETION = 0;
    private static final byte VALUE = 1;

    private byte[] bytes = new byte[FIRST_SIZE];
    private int length = HEADER_BYTES;
    private int count;

    /** Forgets what was added and not taken. */
    void clear() {
        length = HEADER_BYTES;
        count = 0;
    }

    /** Adds a change; no value removes the key. */
    void add(byte[] key, byte @Nullable [] value) {
        room(1 + 2L * MOST_VARINT_BYTES + key.length + (value == null ? 0 : value.length));
        bytes[length++] = value == null ? DELETION : VALUE;
        sized(key);
        if (value != null) {
            sized(value);
        }
        count++;
    }

    private void room(long more) {
        if (length + more > bytes.length) {
            long size = Math.max(length + more, Math.min(2L * bytes.length, Integer.MAX_VALUE - Long.BYTES));
            bytes = Arrays.copyOf(bytes, Math.toIntExact(size));
        }
    }

    private void sized(byte[] part) {
        int rest = part.length;
        while (rest >= 0x80) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        System.arraycopy(part, 0, bytes, length, part.length);
        length += part.length;
    }

    /** All changes, of which nothing is kept here but room for the next ones. */
    byte[] take() {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(Long.BYTES, count);
        byte[] whole = Arrays.copyOf(bytes, length);
        if (bytes.length > KEPT_SIZE) {
            bytes = new byte[FIRST_SIZE];
        }
        clear();
        return whole;
    }
}
