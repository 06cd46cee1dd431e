package beacon.keys.envelope;

import beacon.keys.Entropy;
import beacon.keys.primitives.ChaChaPoly.Span;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Seals a payload of any size in constant memory. What is written becomes valid only by {@link #finish}: a writer that
 * is closed earlier, say by an exception, leaves a payload that no reader takes for a complete one.
 */
public final class PayloadWriter extends OutputStream {
    private final OutputStream out;
    private final ChunkCipher cipher;
    private final byte[] nonce;
    private final byte[] pending = new byte[PayloadLayout.CHUNK_BYTES];
    private final byte[] sealed = new byte[PayloadLayout.SEALED_CHUNK_BYTES];
    private int pendingBytes;
    private long chunk;
    private boolean finished;

    /** Writes sealed chunks to {@code out}; the caller keeps {@link #nonce}. */
    public PayloadWriter(FileKey fileKey, Entropy entropy, OutputStream out) {
        this.out = out;
        this.nonce = entropy.bytes(PayloadLayout.NONCE_BYTES);
        this.cipher = ChunkCipher.sealer(fileKey, nonce);
    }

    /** The fresh nonce of this payload; public. */
    public ByteString nonce() {
        return ByteString.copyFrom(nonce);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        expectOpen();
        int from = offset;
        int end = offset + length;
        while (from < end) {
            // A full chunk is sealed only when more follows: only then is it known not to be the last one.
            if (pendingBytes == PayloadLayout.CHUNK_BYTES) {
                seal(new Span(pending, 0, pendingBytes), false);
                pendingBytes = 0;
            }
            if (pendingBytes == 0 && end - from > PayloadLayout.CHUNK_BYTES) {
                seal(new Span(bytes, from, PayloadLayout.CHUNK_BYTES), false);
                from += PayloadLayout.CHUNK_BYTES;
            } else {
                int part = Math.min(end - from, PayloadLayout.CHUNK_BYTES - pendingBytes);
                System.arraycopy(bytes, from, pending, pendingBytes, part);
                pendingBytes += part;
                from += part;
            }
        }
    }

    /** Seals the last chunk. Nothing can be written afterwards. */
    public void finish() throws IOException {
        expectOpen();
        seal(new Span(pending, 0, pendingBytes), true);
        finished = true;
        out.flush();
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    /** Wipes the key and closes the stream below; does not finish. */
    @Override
    public void close() throws IOException {
        finished = true;
        cipher.close();
        Arrays.fill(pending, (byte) 0);
        out.close();
    }

    private void seal(Span plain, boolean last) throws IOException {
        cipher.run(chunk++, last, plain, sealed, 0);
        out.write(sealed, 0, plain.length() + PayloadLayout.SEALED_CHUNK_BYTES - PayloadLayout.CHUNK_BYTES);
    }

    private void expectOpen() throws IOException {
        if (finished) {
            throw new IOException("expected an open payload, but found it finished or closed");
        }
    }
}
