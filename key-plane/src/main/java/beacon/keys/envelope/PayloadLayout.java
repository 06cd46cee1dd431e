package beacon.keys.envelope;

/**
 * Where plaintext lies in a payload: sealed chunks one after the other, all but the last one full. The nonce is not
 * counted; in a file it stands before the first chunk, in Beacon it stands in the manifest.
 */
public final class PayloadLayout {
    /** Plaintext bytes of a full chunk. */
    public static final int CHUNK_BYTES = 64 * 1024;

    /** Ciphertext bytes of a full chunk. */
    public static final int SEALED_CHUNK_BYTES = CHUNK_BYTES + 16;

    /** Bytes of the payload nonce. */
    public static final int NONCE_BYTES = 16;

    /** Chunks of one block of the data plane, which so decrypts alone. */
    public static final int CHUNKS_PER_BLOCK = 16;

    /** Ciphertext bytes of one full block of the data plane. */
    public static final int BLOCK_BYTES = CHUNKS_PER_BLOCK * SEALED_CHUNK_BYTES;

    private PayloadLayout() {}

    /** Ciphertext bytes that a plaintext of the given size becomes. */
    public static long sealedBytes(long plainBytes) {
        long chunks = Math.max(1, Math.addExact(plainBytes, CHUNK_BYTES - 1L) / CHUNK_BYTES);
        return Math.addExact(plainBytes, chunks * (SEALED_CHUNK_BYTES - CHUNK_BYTES));
    }

    /**
     * Plaintext bytes in a ciphertext of the given size.
     *
     * @throws AgeException.BadPayload when no plaintext becomes a ciphertext of that size
     */
    public static long plainBytes(long sealedBytes) {
        long chunks = (sealedBytes + SEALED_CHUNK_BYTES - 1) / SEALED_CHUNK_BYTES;
        long plain = sealedBytes - chunks * (SEALED_CHUNK_BYTES - CHUNK_BYTES);
        if (sealedBytes <= 0 || plain < 0 || sealedBytes(plain) != sealedBytes) {
            throw new AgeException.BadPayload(
                    "expected a payload of whole chunks, but found %d bytes".formatted(sealedBytes));
        }
        return plain;
    }
}
