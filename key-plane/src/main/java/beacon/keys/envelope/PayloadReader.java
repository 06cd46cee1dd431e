package beacon.keys.envelope;

import beacon.keys.primitives.ChaChaPoly.Span;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Opens a payload of any size in constant memory. Every byte it returns is authentic and in its place; that nothing is
 * missing is known only when it returns -1, so nothing irreversible may be done with a part.
 */
public final class PayloadReader extends InputStream {
    private final InputStream in;
    private final ChunkCipher cipher;
    private final byte[] sealed = new byte[PayloadLayout.SEALED_CHUNK_BYTES];
    private final byte[] plain = new byte[PayloadLayout.CHUNK_BYTES];
    private int position;
    private int limit;
    private long chunk;
    private boolean last;

    /** Reads sealed chunks from {@code in} up to its end. */
    public PayloadReader(FileKey fileKey, byte[] nonce, InputStream in) {
        this.in = in;
        this.cipher = ChunkCipher.opener(fileKey, nonce);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * Reads from at most one chunk.
     *
     * @throws AgeException.BadPayload when the payload was cut, extended, reordered or changed
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (position == limit) {
            // A whole chunk goes straight to where it is wanted: on a fast cipher each copy shows.
            boolean straight = length >= PayloadLayout.CHUNK_BYTES;
            int opened = last ? 0 : straight ? readChunk(target, offset) : readChunk(plain, 0);
            if (opened == 0) {
                expectEnd();
                return -1;
            }
            if (straight) {
                return opened;
            }
            position = 0;
            limit = opened;
        }
        int part = Math.min(length, limit - position);
        System.arraycopy(plain, position, target, offset, part);
        position += part;
        return part;
    }

    private int readChunk(byte[] target, int offset) throws IOException {
        int size = in.readNBytes(sealed, 0, sealed.length);
        int plainSize = size - (PayloadLayout.SEALED_CHUNK_BYTES - PayloadLayout.CHUNK_BYTES);
        if (plainSize < 0) {
            throw new AgeException.BadPayload("expected chunk %d, but found %d bytes".formatted(chunk, size));
        }
        if (plainSize == 0 && chunk > 0) {
            throw new AgeException.BadPayload(
                    "expected a last chunk that is not empty, but found chunk %d empty".formatted(chunk));
        }
        Span span = new Span(sealed, 0, size);
        boolean full = plainSize == PayloadLayout.CHUNK_BYTES;
        if (!full || !cipher.run(chunk, false, span, target, offset)) {
            last = true;
            if (!cipher.run(chunk, true, span, target, offset)) {
                // The cipher's contract does not say what it left behind.
                Arrays.fill(target, offset, offset + plainSize, (byte) 0);
                throw new AgeException.BadPayload(
                        "expected chunk %d to be authentic, but found it is not".formatted(chunk));
            }
        }
        chunk++;
        return plainSize;
    }

    private void expectEnd() throws IOException {
        if (in.read() >= 0) {
            throw new AgeException.BadPayload("expected the end after the last chunk, but found more bytes");
        }
    }

    /** Wipes key and plaintext, and closes the stream below. */
    @Override
    public void close() throws IOException {
        cipher.close();
        Arrays.fill(plain, (byte) 0);
        position = 0;
        limit = 0;
        last = true;
        in.close();
    }
}
