package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.proofs.Dleq;
import beacon.keys.shares.Point;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * One custodian's part of a shared secret, with the proof that it was made with its share. As secret as the secret
 * itself once t are together: it travels sealed to the reader and never on the log.
 */
public record Partial(int index, Point image, Dleq proof) {
    /** Bytes of an encoding without the index. */
    public static final int BYTES = Point.BYTES + Dleq.BYTES;

    /** Why a custodian gives no partial. */
    public enum Refusal {
        /** The stanza's share lies on the twist or is of low order. */
        BAD_SHARE,
        /** The custodian holds no share of this key in this epoch. */
        WRONG_EPOCH
    }

    /** Either a partial or a reason. */
    public record Answer(Optional<Partial> partial, Optional<Refusal> refusal) {
        static Answer refused(Refusal refusal) {
            return new Answer(Optional.empty(), Optional.of(refusal));
        }
    }

    /** Computes the custodian's part; checks its own proof before it lets it go, since a fault could show the share. */
    public static Answer compute(KeyShare share, OrgKey key, PartialRequest request, Entropy entropy) {
        if (share.epoch() != key.epoch() || !key.hasCustodian(share.index())) {
            return Answer.refused(Refusal.WRONG_EPOCH);
        }
        Optional<Point> base = request.point();
        if (base.isEmpty()) {
            return Answer.refused(Refusal.BAD_SHARE);
        }
        Point image = base.get().times(share.secret(), entropy);
        Dleq.Statement statement = statement(key, request, share.index(), base.get(), image);
        Dleq proof = Dleq.prove(share.secret(), statement, entropy);
        if (!proof.verifies(statement)) {
            return Answer.refused(Refusal.WRONG_EPOCH);
        }
        return new Answer(Optional.of(new Partial(share.index(), image, proof)), Optional.empty());
    }

    /** True when the custodian of that index made it, with its share of this key and epoch, for this request. */
    public boolean verifies(OrgKey key, PartialRequest request) {
        Optional<Point> base = request.point();
        return base.isPresent() && key.hasCustodian(index) && verifies(key, request, base.get());
    }

    boolean verifies(OrgKey key, PartialRequest request, Point base) {
        return image.isTorsionFree() && proof.verifies(statement(key, request, index, base, image));
    }

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(image.encode())
                .put(proof.encode())
                .array();
    }

    /** Empty when the bytes are not a curve point and two canonical scalars. */
    public static Optional<Partial> decode(int index, byte[] encoding) {
        if (encoding.length != BYTES) {
            return Optional.empty();
        }
        Optional<Point> image = Point.decode(Arrays.copyOf(encoding, Point.BYTES));
        Optional<Dleq> proof = Dleq.decode(Arrays.copyOfRange(encoding, Point.BYTES, BYTES));
        return image.flatMap(point -> proof.map(dleq -> new Partial(index, point, dleq)));
    }

    private static Dleq.Statement statement(OrgKey key, PartialRequest request, int index, Point base, Point image) {
        return new Dleq.Statement(key.shareKey(index), base, image, request.label(key, index));
    }

    @Override
    public String toString() {
        return "Partial[index=" + index + ", hidden]";
    }
}
