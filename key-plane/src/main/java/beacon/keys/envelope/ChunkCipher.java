package beacon.keys.envelope;

import beacon.keys.primitives.ChaChaPoly;
import java.util.Arrays;

/** Seals or opens single chunks: nonce = 11-byte big-endian chunk number, then 1 for the last chunk and 0 for others. */
final class ChunkCipher implements AutoCloseable {
    private final ChaChaPoly cipher;
    private final byte[] nonce = new byte[ChaChaPoly.NONCE_BYTES];

    private ChunkCipher(ChaChaPoly cipher) {
        this.cipher = cipher;
    }

    static ChunkCipher sealer(FileKey fileKey, byte[] payloadNonce) {
        byte[] key = fileKey.payloadKey(payloadNonce);
        try {
            return new ChunkCipher(ChaChaPoly.sealer(key));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    static ChunkCipher opener(FileKey fileKey, byte[] payloadNonce) {
        byte[] key = fileKey.payloadKey(payloadNonce);
        try {
            return new ChunkCipher(ChaChaPoly.opener(key));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** False when a chunk that is opened is not the one with this number, or not (or wrongly) the last one. */
    boolean run(long chunk, boolean last, ChaChaPoly.Span in, byte[] out, int outOffset) {
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[3 + i] = (byte) (chunk >>> (56 - 8 * i));
        }
        nonce[11] = (byte) (last ? 1 : 0);
        return cipher.run(nonce, in, out, outOffset);
    }

    @Override
    public void close() {
        cipher.close();
    }
}
