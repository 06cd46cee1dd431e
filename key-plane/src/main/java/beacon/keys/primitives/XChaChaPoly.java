package beacon.keys.primitives;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): a nonce of 24 bytes, so long that it may be random. Neither the JDK nor
 * Bouncy Castle has it; the one missing piece is HChaCha20, which turns key and half the nonce into a key for the JDK.
 */
public final class XChaChaPoly {
    /** Bytes of a nonce. */
    public static final int NONCE_BYTES = 24;

    private static final int HALF_NONCE_BYTES = 16;

    private XChaChaPoly() {}

    public static byte[] seal(byte[] key, byte[] nonce, byte[] aad, byte[] plaintext) {
        byte[] subkey = subkey(key, nonce);
        try (ChaChaPoly cipher = ChaChaPoly.sealer(subkey)) {
            byte[] sealed = new byte[plaintext.length + ChaChaPoly.TAG_BYTES];
            cipher.run(rest(nonce), aad, new ChaChaPoly.Span(plaintext, 0, plaintext.length), sealed, 0);
            return sealed;
        } finally {
            Arrays.fill(subkey, (byte) 0);
        }
    }

    /** Empty when the message is not authentic. */
    public static Optional<byte[]> open(byte[] key, byte[] nonce, byte[] aad, byte[] sealed) {
        if (sealed.length < ChaChaPoly.TAG_BYTES) {
            return Optional.empty();
        }
        byte[] subkey = subkey(key, nonce);
        try (ChaChaPoly cipher = ChaChaPoly.opener(subkey)) {
            byte[] plaintext = new byte[sealed.length - ChaChaPoly.TAG_BYTES];
            boolean authentic =
                    cipher.run(rest(nonce), aad, new ChaChaPoly.Span(sealed, 0, sealed.length), plaintext, 0);
            return authentic ? Optional.of(plaintext) : Optional.empty();
        } finally {
            Arrays.fill(subkey, (byte) 0);
        }
    }

    private static byte[] rest(byte[] nonce) {
        byte[] rest = new byte[ChaChaPoly.NONCE_BYTES];
        System.arraycopy(nonce, HALF_NONCE_BYTES, rest, 4, NONCE_BYTES - HALF_NONCE_BYTES);
        return rest;
    }

    /** HChaCha20: the first and last rows of the permuted state, without the final addition. */
    private static byte[] subkey(byte[] key, byte[] nonce) {
        if (nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException(
                    "expected a nonce of %d bytes, but found %d".formatted(NONCE_BYTES, nonce.length));
        }
        int[] state = new int[16];
        ByteBuffer.wrap("expand 32-byte k".getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(state, 0, 4);
        ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(state, 4, 8);
        ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(state, 12, 4);
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 4; i++) {
                quarterRound(state, i, 4 + i, 8 + i, 12 + i);
            }
            for (int i = 0; i < 4; i++) {
                quarterRound(state, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
            }
        }
        byte[] subkey = new byte[32];
        ByteBuffer.wrap(subkey)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .put(state, 0, 4)
                .put(state, 12, 4);
        Arrays.fill(state, 0);
        return subkey;
    }

    private static void quarterRound(int[] s, int a, int b, int c, int d) {
        s[a] += s[b];
        s[d] = Integer.rotateLeft(s[d] ^ s[a], 16);
        s[c] += s[d];
        s[b] = Integer.rotateLeft(s[b] ^ s[c], 12);
        s[a] += s[b];
        s[d] = Integer.rotateLeft(s[d] ^ s[a], 8);
        s[c] += s[d];
        s[b] = Integer.rotateLeft(s[b] ^ s[c], 7);
    }
}
