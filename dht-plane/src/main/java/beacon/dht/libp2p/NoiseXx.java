package beacon.dht.libp2p;

import beacon.dht.wire.WireException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * The handshake {@code Noise_XX_25519_ChaChaPoly_SHA256} of the Noise Protocol Framework, revision 34, either side.
 *
 * <pre>
 *   -> e
 *   <- e, ee, s, es
 *   -> s, se
 * </pre>
 *
 * Messages are written and read alternately, the initiator first; afterwards {@link #sender()} and {@link #receiver()}
 * carry the connection. Any failure leaves it unusable.
 */
final class NoiseXx {
    static final int KEY_BYTES = 32;
    private static final byte[] NAME =
            "Noise_XX_25519_ChaChaPoly_SHA256".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] NONE = new byte[0];

    private final boolean initiator;
    private final KeyPair staticKeys;
    private final KeyPair ephemeralKeys;
    private byte[] hash;
    private byte[] chainingKey;
    private byte[] remoteEphemeral = NONE;
    private byte[] remoteStatic = NONE;
    private byte[] cipherKey = NONE;
    private long nonce;
    private int step;

    /** An X25519 key pair; both arrays have 32 bytes and are never changed. */
    static final class KeyPair {
        private final byte[] secret;
        private final byte[] open;

        KeyPair(byte[] secret) {
            this.secret = secret.clone();
            this.open = new byte[KEY_BYTES];
            X25519.generatePublicKey(this.secret, 0, open, 0);
        }

        byte[] open() {
            return open.clone();
        }
    }

    NoiseXx(boolean initiator, byte[] prologue, KeyPair staticKeys, KeyPair ephemeralKeys) {
        this.initiator = initiator;
        this.staticKeys = staticKeys;
        this.ephemeralKeys = ephemeralKeys;
        this.hash = NAME.clone();
        this.chainingKey = NAME.clone();
        mixHash(prologue);
    }

    /** Writes the next message, whose turn it must be. */
    byte[] write(byte[] payload) {
        Buffer out = new Buffer(2 * KEY_BYTES + 2 * Aead.TAG_BYTES + payload.length);
        switch (step++) {
            case 0 -> writeEphemeral(out);
            case 1 -> {
                writeEphemeral(out);
                mixKey(agree(ephemeralKeys, remoteEphemeral));
                out.add(seal(staticKeys.open));
                mixKey(agree(staticKeys, remoteEphemeral));
            }
            default -> {
                out.add(seal(staticKeys.open));
                mixKey(agree(staticKeys, remoteEphemeral));
            }
        }
        out.add(seal(payload));
        return out.toBytes();
    }

    private void writeEphemeral(Buffer out) {
        out.add(ephemeralKeys.open);
        mixHash(ephemeralKeys.open);
    }

    /**
     * Reads the next message and returns its payload.
     *
     * @throws WireException when it is too short, was tampered with, or holds a key of low order
     */
    byte[] read(byte[] message) {
        switch (step++) {
            case 0 -> {
                int at = readEphemeral(message);
                return open(message, at, message.length);
            }
            case 1 -> {
                int at = readEphemeral(message);
                mixKey(agree(ephemeralKeys, remoteEphemeral));
                at = readStatic(message, at);
                mixKey(agree(ephemeralKeys, remoteStatic));
                return open(message, at, message.length);
            }
            default -> {
                int at = readStatic(message, 0);
                mixKey(agree(ephemeralKeys, remoteStatic));
                return open(message, at, message.length);
            }
        }
    }

    private int readEphemeral(byte[] message) {
        requireLength(message, KEY_BYTES);
        remoteEphemeral = Arrays.copyOf(message, KEY_BYTES);
        mixHash(remoteEphemeral);
        return KEY_BYTES;
    }

    private int readStatic(byte[] message, int at) {
        int end = at + KEY_BYTES + Aead.TAG_BYTES;
        requireLength(message, end);
        remoteStatic = open(message, at, end);
        return end;
    }

    private static void requireLength(byte[] message, int expected) {
        if (message.length < expected) {
            throw new WireException(
                    "expected a noise message of at least %d bytes, but found %d".formatted(expected, message.length));
        }
    }

    /** The static key of the other side; 32 bytes once its message was read. */
    byte[] remoteStatic() {
        return remoteStatic.clone();
    }

    byte[] handshakeHash() {
        return hash.clone();
    }

    Aead sender() {
        return Aead.sealing(transportKey(initiator));
    }

    Aead receiver() {
        return Aead.opening(transportKey(!initiator));
    }

    private byte[] transportKey(boolean first) {
        byte[][] keys = derive(chainingKey, NONE);
        return first ? keys[0] : keys[1];
    }

    private static byte[] agree(KeyPair own, byte[] remote) {
        byte[] shared = new byte[KEY_BYTES];
        // false means an all-zero result: the remote key is of low order
        if (!X25519.calculateAgreement(own.secret, 0, remote, 0, shared, 0)) {
            throw new WireException("expected a noise key of full order, but found one of low order");
        }
        return shared;
    }

    private byte[] seal(byte[] plain) {
        byte[] sealed = plain;
        if (cipherKey.length > 0) {
            sealed = crypt(Aead.sealing(cipherKey), plain, 0, plain.length);
        }
        mixHash(sealed);
        return sealed;
    }

    private byte[] open(byte[] message, int from, int to) {
        byte[] sealed = Arrays.copyOfRange(message, from, to);
        byte[] plain = sealed;
        if (cipherKey.length > 0) {
            plain = crypt(Aead.opening(cipherKey), sealed, 0, sealed.length);
        }
        mixHash(sealed);
        return plain;
    }

    private byte[] crypt(Aead aead, byte[] in, int offset, int length) {
        try {
            byte[] out = new byte[length + Aead.TAG_BYTES];
            aead.skipTo(nonce++);
            int count = aead.next(hash, in, offset, length, out, 0);
            return Arrays.copyOf(out, count);
        } catch (GeneralSecurityException e) {
            throw new WireException("expected an untouched noise message, but found one that does not open");
        }
    }

    private void mixHash(byte[] data) {
        MessageDigest digest = Digests.sha256();
        digest.update(hash);
        hash = digest.digest(data);
    }

    private void mixKey(byte[] input) {
        byte[][] keys = derive(chainingKey, input);
        chainingKey = keys[0];
        cipherKey = keys[1];
        nonce = 0;
    }

    /** HKDF with two outputs. */
    private static byte[][] derive(byte[] salt, byte[] input) {
        byte[] temporary = hmac(salt, input, NONE);
        byte[] first = hmac(temporary, NONE, new byte[] {1});
        byte[] second = hmac(temporary, first, new byte[] {2});
        return new byte[][] {first, second};
    }

    private static byte[] hmac(byte[] key, byte[] first, byte[] second) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(first);
            return mac.doFinal(second);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("expected the JDK to have HmacSHA256", e);
        }
    }

    private static final class Buffer {
        private final byte[] bytes;
        private int size;

        Buffer(int capacity) {
            bytes = new byte[capacity];
        }

        void add(byte[] more) {
            System.arraycopy(more, 0, bytes, size, more.length);
            size += more.length;
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, size);
        }
    }
}
