package beacon.views;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keys that sort as what they are made of. */
public final class Keys {
    private Keys() {}

    /** All parts, one after the other. */
    public static byte[] of(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer key = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            key.put(part);
        }
        return key.array();
    }

    /** Eight bytes that sort as the number, from 0 on. */
    public static byte[] of(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /** The text and a byte that ends it, so that no key made so begins another. The text has no character 0. */
    public static byte[] of(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /** The smallest key that is larger than this one. */
    public static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** The number in the last eight bytes. */
    public static long lastLong(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    }

    /**
     * The smallest key that is larger than every key which begins so.
     *
     * @param prefix not empty and not only bytes 255
     */
    public static byte[] after(byte[] prefix) {
        int last = prefix.length - 1;
        while (last >= 0 && prefix[last] == -1) {
            last--;
        }
        if (last < 0) {
            throw new IllegalArgumentException("expected a prefix with a byte below 255");
        }
        byte[] end = Arrays.copyOf(prefix, last + 1);
        end[last]++;
        return end;
    }
}
