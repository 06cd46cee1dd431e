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
 * Proof that the writer of a wrap knows the logarithm of its share, bound to a label (Shoup and Gennaro 1998, TDH2).
 *
 * <p>Without it, an insider could register a share that is a multiple of somebody else's, be rightly granted his own
 * artifact, and divide: he would hold the other artifact's key. The second image {@code e · B2} makes the proof one that
 * custodians can check before they answer, and the label ties it to one wrap of one writer.
 */
public record Binding(Point image, Dleq proof) {
    /** Bytes of an encoding. */
    public static final int BYTES = Point.BYTES + Dleq.BYTES;

    /** Second generator, of which nobody knows the logarithm: the first curve point among hashes of a fixed text. */
    private static final Point SECOND_BASE = secondBase();

    /** Proves for the share {@code e · B}, whose e is kept by the caller. */
    public static Binding prove(Scalar ephemeral, Point share, ByteString label, Entropy entropy) {
        Point image = SECOND_BASE.times(ephemeral, entropy);
        return new Binding(image, Dleq.prove(ephemeral, statement(share, image, label), entropy));
    }

    /** The share must be of prime order; the caller checks. */
    public boolean verifies(Point share, ByteString label) {
        return proof.verifies(statement(share, image, label));
    }

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(image.encode())
                .put(proof.encode())
                .array();
    }

    /** Empty when the bytes are not a point of prime order and two canonical scalars. */
    public static Optional<Binding> decode(byte[] encoding) {
        if (encoding.length != BYTES) {
            return Optional.empty();
        }
        Optional<Point> image = Point.decodePrimeOrder(Arrays.copyOf(encoding, Point.BYTES));
        Optional<Dleq> proof = Dleq.decode(Arrays.copyOfRange(encoding, Point.BYTES, BYTES));
        return image.flatMap(point -> proof.map(dleq -> new Binding(point, dleq)));
    }

    private static Dleq.Statement statement(Point share, Point image, ByteString label) {
        return new Dleq.Statement(share, SECOND_BASE, image, label);
    }

    private static Point secondBase() {
        for (long counter = 0; ; counter++) {
            byte[] candidate =
                    Sha512.of("beacon/binding/generator/v1").field(counter).digest(Point.BYTES);
            Optional<Point> point = Point.decode(candidate).map(Point::clearCofactor);
            if (point.isPresent() && !point.get().isIdentity()) {
                return point.get();
            }
        }
    }
}
