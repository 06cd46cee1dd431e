package beacon.keys.proofs;

import beacon.keys.Entropy;
import beacon.keys.primitives.Sha512;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Proof that two points have the same discrete logarithm to two bases (Chaum and Pedersen 1992), made non-interactive
 * and bound to a label. Points of the statement must be of prime order: torsion slips through now and then.
 */
public record Dleq(Scalar challenge, Scalar response) {
    /** Bytes of an encoding. */
    public static final int BYTES = 2 * Scalar.BYTES;

    /**
     * What is proved: log of {@code key} to the generator is that of {@code image} to {@code base}.
     *
     * @param label everything else that the proof is bound to
     */
    public record Statement(Point key, Point base, Point image, ByteString label) {
        private Sha512 hash(String use) {
            return Sha512.of(use)
                    .field(label.toByteArray())
                    .field(key.encode())
                    .field(base.encode())
                    .field(image.encode());
        }
    }

    /** The nonce hashes secret, fresh randomness and statement, so that neither alone can repeat it. */
    public static Dleq prove(Scalar secret, Statement statement, Entropy entropy) {
        byte[] key = secret.encode();
        Scalar nonce = Scalar.reduce(statement
                .hash("beacon/dleq/nonce/v1")
                .field(key)
                .field(entropy.bytes(Scalar.BYTES))
                .digest());
        Arrays.fill(key, (byte) 0);
        Scalar challenge = challenge(
                statement, Point.baseTimes(nonce, entropy), statement.base().times(nonce, entropy));
        Scalar response = Scalar.multiplyAdd(challenge, secret, nonce);
        nonce.wipe();
        return new Dleq(challenge, response);
    }

    public boolean verifies(Statement statement) {
        Scalar minus = challenge.negate();
        Point first = Point.publicSum(Point.BASE, response, statement.key(), minus);
        Point second = Point.publicSum(statement.base(), response, statement.image(), minus);
        return challenge(statement, first, second).equals(challenge);
    }

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(challenge.encode())
                .put(response.encode())
                .array();
    }

    /** Empty when the bytes are not two canonical scalars. */
    public static Optional<Dleq> decode(byte[] encoding) {
        if (encoding.length != BYTES) {
            return Optional.empty();
        }
        Optional<Scalar> challenge = Scalar.decode(Arrays.copyOf(encoding, Scalar.BYTES));
        Optional<Scalar> response = Scalar.decode(Arrays.copyOfRange(encoding, Scalar.BYTES, BYTES));
        return challenge.flatMap(c -> response.map(z -> new Dleq(c, z)));
    }

    private static Scalar challenge(Statement statement, Point first, Point second) {
        return Scalar.reduce(statement
                .hash("beacon/dleq/challenge/v1")
                .field(first.encode())
                .field(second.encode())
                .digest());
    }
}
