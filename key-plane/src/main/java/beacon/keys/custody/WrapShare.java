package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.proofs.Binding;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * The ephemeral share of a wrap and its secret exponent, both for the point with even x: custodians lift the share to
 * that one, so the proof must be about it. Wiped by {@link #close}.
 */
final class WrapShare implements AutoCloseable {
    private final Scalar exponent;
    private final Point point;

    private WrapShare(Scalar exponent, Point point) {
        this.exponent = exponent;
        this.point = point;
    }

    static WrapShare fresh(Entropy entropy) {
        Scalar random = Scalar.random(entropy);
        Point point = Point.baseTimes(random, entropy);
        boolean odd = point.encode()[Point.BYTES - 1] < 0;
        WrapShare share = odd ? new WrapShare(random.negate(), point.negate()) : new WrapShare(random.copy(), point);
        random.wipe();
        return share;
    }

    byte[] encoded() {
        return point.toMontgomery();
    }

    /** What X25519 gives for this share and the key. */
    byte[] secretWith(OrgKey key, Entropy entropy) {
        return key.publicKey().times(exponent, entropy).toMontgomery();
    }

    ByteString bind(ByteString label, Entropy entropy) {
        return ByteString.copyFrom(
                Binding.prove(exponent, point, label, entropy).encode());
    }

    /** True when whoever made the share knew its exponent and meant this label. */
    static boolean isBound(byte[] share, ByteString binding, ByteString label) {
        Optional<Point> point = Point.fromMontgomery(share).filter(p -> !p.isIdentity() && p.isTorsionFree());
        Optional<Binding> proof = Binding.decode(binding.toByteArray());
        return point.isPresent() && proof.isPresent() && proof.get().verifies(point.get(), label);
    }

    @Override
    public void close() {
        exponent.wipe();
    }
}
