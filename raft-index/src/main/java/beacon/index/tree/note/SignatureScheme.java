package beacon.index.tree.note;

import java.util.List;

/**
 * A way of signing notes, told apart by the type byte of C2SP signed-note. An open family: a new one is a class and an
 * entry in {@link #known()}.
 */
public interface SignatureScheme {
    /** Type byte in verifier keys and key ids. */
    int type();

    /** Length of a public key. */
    int publicKeyBytes();

    /** Whether the bytes, of the right length, are a public key that is safe to trust. */
    boolean accepts(byte[] publicKey);

    /** Whether the signature is by that key over that text. Never throws for a malformed signature. */
    boolean verifies(String name, byte[] publicKey, String text, byte[] signature);

    /** Every scheme that Beacon can check. */
    static List<SignatureScheme> known() {
        return List.of(Ed25519Scheme.NOTE, Ed25519Scheme.COSIGNATURE, MlDsa44Scheme.COSIGNATURE);
    }
}
