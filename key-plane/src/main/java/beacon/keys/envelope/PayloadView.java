package beacon.keys.envelope;

import beacon.keys.primitives.ChaChaPoly.Span;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads ranges of a sealed payload and opens only the chunks they lie in. May be used by many threads at once, as far
 * as its source may. Bytes are authentic for their place, whatever the source says about its size.
 */
public final class PayloadView {
    private final FileKey fileKey;
    private final byte[] nonce;
    private final PayloadSource source;
    private final long plainBytes;

    /** Does not copy the key: it is wiped by its owner. */
    public PayloadView(FileKey fileKey, byte[] nonce, PayloadSource source) {
        this.fileKey = fileKey;
        this.nonce = nonce.clone();
        this.source = source;
        this.plainBytes = PayloadLayout.plainBytes(source.sizeBytes());
    }

    /**
     * Size of the plaintext, once the last chunk is known to be the last one.
     *
     * @throws AgeException.BadPayload when it is not
     */
    public long verifiedSizeBytes() throws IOException {
        long chunk = lastChunk();
        read(chunk * PayloadLayout.CHUNK_BYTES, (int) (plainBytes - chunk * PayloadLayout.CHUNK_BYTES));
        return plainBytes;
    }

    /**
     * Plaintext of a range.
     *
     * @throws IndexOutOfBoundsException when the range is not inside the plaintext
     * @throws AgeException.BadPayload when a chunk of the range is not authentic
     */
    public byte[] read(long position, int length) throws IOException {
        Objects.checkFromIndexSize(position, (long) length, plainBytes);
        byte[] target = new byte[length];
        byte[] sealed = new byte[PayloadLayout.SEALED_CHUNK_BYTES];
        byte[] plain = new byte[PayloadLayout.CHUNK_BYTES];
        try (ChunkCipher cipher = ChunkCipher.opener(fileKey, nonce)) {
            int filled = 0;
            do {
                long chunk = (position + filled) / PayloadLayout.CHUNK_BYTES;
                int skip = (int) ((position + filled) % PayloadLayout.CHUNK_BYTES);
                // A range that ends at the end of the plaintext, and starts there, still opens the last chunk.
                int available = open(cipher, Math.min(chunk, lastChunk()), sealed, plain);
                int part = Math.min(length - filled, available - skip);
                System.arraycopy(plain, skip, target, filled, Math.max(0, part));
                filled += Math.max(0, part);
            } while (filled < length);
            return target;
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private int open(ChunkCipher cipher, long chunk, byte[] sealed, byte[] plain) throws IOException {
        boolean last = chunk == lastChunk();
        long start = chunk * PayloadLayout.SEALED_CHUNK_BYTES;
        int size = last ? (int) (source.sizeBytes() - start) : PayloadLayout.SEALED_CHUNK_BYTES;
        source.read(start, sealed, 0, size);
        if (!cipher.run(chunk, last, new Span(sealed, 0, size), plain, 0)) {
            throw new AgeException.BadPayload(
                    "expected chunk %d to be authentic, but found it is not".formatted(chunk));
        }
        return size - (PayloadLayout.SEALED_CHUNK_BYTES - PayloadLayout.CHUNK_BYTES);
    }

    private long lastChunk() {
        return (source.sizeBytes() - 1) / PayloadLayout.SEALED_CHUNK_BYTES;
    }
}
