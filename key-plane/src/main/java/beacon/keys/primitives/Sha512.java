package beacon.keys.primitives;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** SHA-512 over named fields: each as its length (8 bytes, little-endian) and its bytes, so that no two lists collide. */
public final class Sha512 {
    private final MessageDigest digest;

    private Sha512() {
        try {
            digest = MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("expected this JDK to have SHA-512", missing);
        }
    }

    /** Starts with the name of the use, which sets all uses apart. */
    public static Sha512 of(String use) {
        return new Sha512().field(use.getBytes(StandardCharsets.UTF_8));
    }

    /** Starts empty, for formats of others. */
    public static Sha512 plain() {
        return new Sha512();
    }

    public Sha512 field(byte[] bytes) {
        return raw(littleEndian(bytes.length)).raw(bytes);
    }

    public Sha512 field(long number) {
        return field(littleEndian(number));
    }

    /** Bytes without a length. */
    public Sha512 raw(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    public byte[] digest() {
        return digest.digest();
    }

    /** The first bytes of the digest. */
    public byte[] digest(int sizeBytes) {
        return Arrays.copyOf(digest.digest(), sizeBytes);
    }

    public static byte[] littleEndian(long number) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
    }
}
