package beacon.index.tree;

import java.util.Arrays;
import java.util.Base64;

/** A SHA-256 hash of the tree: 32 bytes that do not change. */
public final class Hash {
    /** Length in bytes. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Copies a hash that may come from outside.
     *
     * @throws ProofException when there are not exactly 32 bytes
     */
    public static Hash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new ProofException(
                    ProofException.Reason.HASH_LENGTH,
                    "expected a hash of %d bytes, but found %d".formatted(BYTES, bytes.length));
        }
        return new Hash(bytes.clone());
    }

    /** Copies the 32 bytes from the offset on. */
    public static Hash at(byte[] bytes, int offset) {
        return new Hash(Arrays.copyOfRange(bytes, offset, offset + BYTES));
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Writes the 32 bytes to the given place. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, BYTES);
    }

    /** Whether the 32 bytes from the offset on are this hash. */
    public boolean isAt(byte[] other, int offset) {
        return Arrays.equals(bytes, 0, BYTES, other, offset, offset + BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Base64, as in a checkpoint. */
    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
