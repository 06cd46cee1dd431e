package beacon.bench;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The JDK's ChaCha20-Poly1305 alone, over chunks as large as those of an envelope: nothing can seal faster with it. */
final class CipherBaseline {
    static final int CHUNK_BYTES = 64 * 1024;

    private static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;

    private final SecretKeySpec key = new SecretKeySpec(new byte[32], "ChaCha20");
    private final byte[] plain;
    private final byte[] sealed;
    private final byte[] scratch = new byte[CHUNK_BYTES + TAG_BYTES];

    /** @param plain two or more chunks, which stand for all */
    CipherBaseline(byte[] plain) {
        this.plain = plain.clone();
        this.sealed = new byte[plain.length / CHUNK_BYTES * (CHUNK_BYTES + TAG_BYTES)];
        Cipher cipher = newCipher();
        for (int i = 0; i < chunks(); i++) {
            run(cipher, Cipher.ENCRYPT_MODE, i, plain, i * CHUNK_BYTES);
            System.arraycopy(scratch, 0, sealed, i * scratch.length, scratch.length);
        }
    }

    private int chunks() {
        return plain.length / CHUNK_BYTES;
    }

    void encrypt(long sizeBytes) {
        Cipher cipher = newCipher();
        for (long i = 0; i < sizeBytes / CHUNK_BYTES; i++) {
            run(cipher, Cipher.ENCRYPT_MODE, i, plain, (int) (i % chunks()) * CHUNK_BYTES);
        }
    }

    void decrypt(long sizeBytes) {
        Cipher cipher = newCipher();
        for (long i = 0; i < sizeBytes / CHUNK_BYTES; i++) {
            long chunk = i % chunks();
            run(cipher, Cipher.DECRYPT_MODE, chunk, sealed, (int) chunk * scratch.length);
        }
    }

    private void run(Cipher cipher, int mode, long number, byte[] in, int offset) {
        byte[] nonce = new byte[NONCE_BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[i] = (byte) (number >>> (8 * i));
        }
        try {
            cipher.init(mode, key, new IvParameterSpec(nonce));
            cipher.doFinal(in, offset, mode == Cipher.ENCRYPT_MODE ? CHUNK_BYTES : scratch.length, scratch, 0);
        } catch (GeneralSecurityException e) {
            throw new BenchException("expected the JDK's cipher to run, but it did not", e);
        }
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("ChaCha20-Poly1305");
        } catch (GeneralSecurityException e) {
            throw new BenchException("expected this JDK to have ChaCha20-Poly1305", e);
        }
    }
}
