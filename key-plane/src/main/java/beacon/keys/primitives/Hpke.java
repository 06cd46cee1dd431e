package beacon.keys.primitives;

import beacon.keys.Entropy;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;

/**
 * HPKE base mode (RFC 9180) with X-Wing (KEM 0x647a), HKDF-SHA256 and ChaCha20-Poly1305: the suite of age's hybrid
 * recipients and of sealed custodian slots. A secret key is its 32-byte seed.
 */
public final class Hpke {
    /** Bytes of an X-Wing public key. */
    public static final int PUBLIC_KEY_BYTES = 1216;

    /** Bytes of an X-Wing secret key. */
    public static final int SEED_BYTES = 32;

    /** Bytes of an encapsulated key. */
    public static final int ENCAPSULATED_BYTES = 1120;

    private static final int ENCAPSULATION_SEED_BYTES = 64;
    private static final byte[] NO_AAD = new byte[0];

    private Hpke() {}

    /** A sealed message and the encapsulated key that opens it. */
    @SuppressWarnings("ArrayRecordComponent") // lives between two lines of one caller
    public record Sealed(byte[] encapsulated, byte[] ciphertext) {}

    /** The public key of a seed. */
    public static byte[] publicKey(byte[] seed) {
        HPKE hpke = suite();
        return hpke.serializePublicKey(keyPair(hpke, seed).getPublic());
    }

    /**
     * Seals one message.
     *
     * @throws IllegalArgumentException when the public key is not one
     */
    public static Sealed seal(byte[] publicKey, byte[] info, byte[] plaintext, Entropy entropy) {
        byte[] seed = entropy.bytes(ENCAPSULATION_SEED_BYTES);
        try {
            HPKE hpke = suite();
            AsymmetricKeyParameter recipient = hpke.deserializePublicKey(publicKey);
            var context = hpke.setupBaseS(recipient, info, seed);
            return new Sealed(context.getEncapsulation(), context.seal(NO_AAD, plaintext));
        } catch (InvalidCipherTextException bug) {
            throw new IllegalStateException("expected HPKE to seal", bug);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** Opens one message; empty when it is not authentic or not for this key. */
    public static Optional<byte[]> open(byte[] seed, byte[] info, Sealed sealed) {
        if (sealed.encapsulated().length != ENCAPSULATED_BYTES) {
            return Optional.empty();
        }
        try {
            HPKE hpke = suite();
            var context = hpke.setupBaseR(sealed.encapsulated(), keyPair(hpke, seed), info);
            return Optional.of(context.open(NO_AAD, sealed.ciphertext()));
        } catch (InvalidCipherTextException | IllegalArgumentException | IllegalStateException forged) {
            return Optional.empty();
        }
    }

    private static AsymmetricCipherKeyPair keyPair(HPKE hpke, byte[] seed) {
        return hpke.deserializePrivateKey(seed, null);
    }

    private static HPKE suite() {
        return new HPKE(HPKE.mode_base, HPKE.kem_X_WING, HPKE.kdf_HKDF_SHA256, HPKE.aead_CHACHA20_POLY1305);
    }
}
