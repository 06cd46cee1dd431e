package beacon.keys.proofs;

import beacon.keys.Entropy;
import beacon.keys.primitives.Sha512;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The Schnorr signature of COCKTAIL-DKG(Ed25519, SHA-512), for possession of a commitment and for certificates. Its own
 * prefixes keep it apart from Ed25519: neither verifier accepts the other's signatures.
 */
public final class Schnorr {
    /** Bytes of a signature. */
    public static final int BYTES = Point.BYTES + Scalar.BYTES;

    private static final byte[] NONCE = "COCKTAIL-DKG-Ed25519-SHA512-NONCE".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHALLENGE = "COCKTAIL-DKG-Ed25519-SHA512-H7".getBytes(StandardCharsets.US_ASCII);

    private Schnorr() {}

    /** Signs with a nonce that follows from key and message; the entropy only blinds the arithmetic. */
    public static byte[] sign(Scalar secret, byte[] message, Entropy entropy) {
        byte[] publicKey = Point.baseTimes(secret, entropy).encode();
        byte[] key = secret.encode();
        Scalar nonce =
                Scalar.reduce(Sha512.plain().raw(NONCE).raw(key).raw(message).digest());
        Arrays.fill(key, (byte) 0);
        if (nonce.isZero()) {
            throw new IllegalStateException("expected a nonce other than zero, but found zero");
        }
        byte[] commitment = Point.baseTimes(nonce, entropy).encode();
        Scalar response = Scalar.multiplyAdd(challenge(commitment, publicKey, message), secret, nonce);
        nonce.wipe();
        byte[] signature = Arrays.copyOf(commitment, BYTES);
        System.arraycopy(response.encode(), 0, signature, Point.BYTES, Scalar.BYTES);
        return signature;
    }

    /** The public key must be of prime order. */
    public static boolean verify(Point publicKey, byte[] message, byte[] signature) {
        if (signature.length != BYTES) {
            return false;
        }
        byte[] encodedCommitment = Arrays.copyOf(signature, Point.BYTES);
        Optional<Scalar> response = Scalar.decode(Arrays.copyOfRange(signature, Point.BYTES, BYTES));
        Optional<Point> commitment = Point.decodePrimeOrder(encodedCommitment);
        if (response.isEmpty() || commitment.isEmpty()) {
            return false;
        }
        Scalar challenge = challenge(encodedCommitment, publicKey.encode(), message);
        return Point.publicSum(Point.BASE, response.get(), publicKey, challenge.negate())
                .sameAs(commitment.get());
    }

    private static Scalar challenge(byte[] commitment, byte[] publicKey, byte[] message) {
        return Scalar.reduce(Sha512.plain()
                .raw(CHALLENGE)
                .raw(commitment)
                .raw(publicKey)
                .raw(message)
                .digest());
    }
}
