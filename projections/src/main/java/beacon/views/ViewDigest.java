package beacon.views;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Digest of a set of entries that follows every change at the same small cost, however many entries there are: the sum
 * modulo 2^256 of the SHA-256 of each (the additive hash of Bellare and Micciancio, "A New Paradigm for Collision-Free
 * Hashing", 1997). It shows that two members hold the same; it is no proof against somebody who looks for collisions.
 */
public final class ViewDigest {
    /** Length of a digest in bytes. */
    public static final int BYTES = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WORDS = 4;
    private static final int FIRST_INPUT_BYTES = 256;

    private final MessageDigest sha256;
    private final long[] sum = new long[WORDS];
    private final byte[] hashed = new byte[BYTES];
    private final long[] hashedWords = new long[WORDS];
    private byte[] input = new byte[FIRST_INPUT_BYTES];

    /** Digest of nothing. */
    public ViewDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /**
     * Continues from a digest.
     *
     * @param bytes what {@link #bytes} returned
     */
    public static ViewDigest of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("expected 32 bytes, but found " + bytes.length);
        }
        ViewDigest digest = new ViewDigest();
        words(bytes).get(digest.sum);
        return digest;
    }

    /** An entry was added. */
    public void add(byte[] key, byte[] value) {
        long[] words = hash(key, value);
        long carry = 0;
        for (int i = 0; i < WORDS; i++) {
            long with = sum[i] + words[i];
            long carried = with + carry;
            boolean over = Long.compareUnsigned(with, sum[i]) < 0 || Long.compareUnsigned(carried, with) < 0;
            sum[i] = carried;
            carry = over ? 1 : 0;
        }
    }

    /** An entry was removed. */
    public void remove(byte[] key, byte[] value) {
        long[] words = hash(key, value);
        long borrow = 0;
        for (int i = 0; i < WORDS; i++) {
            long without = sum[i] - words[i];
            boolean under = Long.compareUnsigned(sum[i], words[i]) < 0 || Long.compareUnsigned(without, borrow) < 0;
            sum[i] = without - borrow;
            borrow = under ? 1 : 0;
        }
    }

    /** The hash of an entry, until the next one is asked for. */
    private long[] hash(byte[] key, byte[] value) {
        int length = Integer.BYTES + key.length + value.length;
        if (input.length < length) {
            input = new byte[Math.max(length, 2 * input.length)];
        }
        ByteBuffer.wrap(input).putInt(key.length).put(key).put(value);
        sha256.update(input, 0, length);
        try {
            sha256.digest(hashed, 0, BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("the array is as long as a digest", e);
        }
        for (int word = 0; word < WORDS; word++) {
            hashedWords[word] = (long) LONGS.get(hashed, word * Long.BYTES);
        }
        return hashedWords;
    }

    private static java.nio.LongBuffer words(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }

    /** Eight bytes of the digest. */
    long word() {
        return sum[0];
    }

    /** The digest now. */
    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        words(bytes).put(sum);
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ViewDigest that && Arrays.equals(sum, that.sum);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sum);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
