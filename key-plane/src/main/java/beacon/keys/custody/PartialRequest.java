package beacon.keys.custody;

import beacon.keys.primitives.Sha512;
import beacon.keys.shares.Point;
import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * What custodians are asked for, all of them the same: their part of the shared secret of one stanza.
 *
 * @param share the 32 bytes in the stanza, as they stand there
 * @param context binds the answer to this request: hash of the request and id of the wrap
 */
public record PartialRequest(ByteString share, ByteString context) {
    /**
     * The point that shares are multiplied with: over the given u-coordinate, x even, cofactor cleared. Whatever the
     * sender sent, it is of prime order; empty when it lies on the twist or is of low order.
     */
    Optional<Point> point() {
        if (share.size() != Point.BYTES) {
            return Optional.empty();
        }
        return Point.fromMontgomery(share.toByteArray())
                .map(Point::clearCofactor)
                .filter(point -> !point.isIdentity());
    }

    /** What an answer's proof is bound to. */
    ByteString label(OrgKey key, int index) {
        return ByteString.copyFrom(Sha512.of("beacon/partial/v1")
                .field(key.publicKey().encode())
                .field(key.epoch())
                .field(index)
                .field(context.toByteArray())
                .digest());
    }
}
