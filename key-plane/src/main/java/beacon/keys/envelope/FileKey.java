package beacon.keys.envelope;

import beacon.keys.Entropy;
import beacon.keys.primitives.Hkdf;
import java.util.Arrays;

/** The data key of one artifact: 16 random bytes, the only secret that a header wraps. Wiped by {@link #close}. */
public final class FileKey implements AutoCloseable {
    /** Bytes of a file key. */
    public static final int BYTES = 16;

    private static final byte[] NO_SALT = new byte[0];

    private final byte[] key;

    private FileKey(byte[] key) {
        this.key = key;
    }

    public static FileKey generate(Entropy entropy) {
        return new FileKey(entropy.bytes(BYTES));
    }

    /** Copies the bytes; the caller wipes its own. */
    public static FileKey of(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException(
                    "expected a file key of %d bytes, but found %d".formatted(BYTES, key.length));
        }
        return new FileKey(key.clone());
    }

    /** A copy for wrapping; the caller wipes it. */
    public byte[] copyBytes() {
        return key.clone();
    }

    /** A 32-byte key for other uses of the same artifact, apart from all others by its name; the caller wipes it. */
    public byte[] subkey(String name) {
        return Hkdf.sha256(key, NO_SALT, "beacon/subkey/v1/" + name);
    }

    byte[] macKey() {
        return Hkdf.sha256(key, NO_SALT, "header");
    }

    byte[] payloadKey(byte[] nonce) {
        return Hkdf.sha256(key, nonce, "payload");
    }

    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
    }

    @Override
    public String toString() {
        return "FileKey[hidden]";
    }
}
