package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.primitives.Sha512;
import beacon.keys.proofs.Schnorr;
import beacon.keys.shares.Commitments;
import beacon.keys.shares.Lagrange;
import beacon.keys.shares.Point;
import beacon.keys.shares.Polynomial;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * New shares of the same key: for the same custodians (a refresh) or for others, with another n and t (Herzberg et al.
 * 1995; Desmedt and Jajodia 1997). Each dealer shares its weighted share anew; the sums are shares of the same secret,
 * and nothing that was wrapped for the key changes. Old and new shares do not mix.
 *
 * @param id unique to the session, 1 to 64 bytes
 * @param from the key in its present epoch
 * @param dealers indices of at least t present holders
 * @param holders static keys of all present holders, in order of index
 * @param threshold new threshold
 * @param receivers static keys of the new holders, in order of their new index
 */
public record ResharePlan(
        ByteString id,
        OrgKey from,
        SortedSet<Integer> dealers,
        List<Point> holders,
        int threshold,
        List<Point> receivers) {
    public ResharePlan {
        dealers = Collections.unmodifiableSortedSet(new TreeSet<>(dealers));
        holders = List.copyOf(holders);
        receivers = List.copyOf(receivers);
        if (holders.size() != from.size()
                || dealers.size() < from.threshold()
                || dealers.first() < 1
                || dealers.last() > from.size()) {
            throw new IllegalArgumentException("expected at least %d of %d holders to deal, but found %s"
                    .formatted(from.threshold(), from.size(), dealers));
        }
        Session.expectParties(id, threshold, receivers);
    }

    /** A holder's part: its share, weighted for this set of dealers, shared among the receivers. */
    public Contribution deal(Party holder, KeyShare share, Entropy entropy) {
        if (!dealers.contains(holder.index()) || share.index() != holder.index() || !share.belongsTo(from, entropy)) {
            throw new IllegalArgumentException(
                    "expected holder %d to deal its share of epoch %d".formatted(holder.index(), from.epoch()));
        }
        Scalar weighted = Lagrange.atZero(holder.index(), dealers).times(share.secret());
        Scalar ephemeralSecret = Scalar.random(entropy);
        try (Polynomial polynomial = Polynomial.sharing(weighted, threshold, entropy)) {
            Commitments commitments = polynomial.commit(entropy);
            Point ephemeral = Point.baseTimes(ephemeralSecret, entropy);
            List<ByteString> sealed = new ArrayList<>();
            for (int receiver = 1; receiver <= receivers.size(); receiver++) {
                Scalar part = polynomial.at(receiver);
                ShareSealing.Route route = route(ephemeral, holder.index(), receiver);
                sealed.add(ShareSealing.seal(part, ephemeralSecret, holder.secret(), route, entropy));
                part.wipe();
            }
            byte[] claim = claim(commitments, ephemeral, sealed);
            ByteString signature = ByteString.copyFrom(Schnorr.sign(holder.secret(), claim, entropy));
            return new Contribution(commitments, signature, ephemeral, sealed);
        } finally {
            weighted.wipe();
            ephemeralSecret.wipe();
        }
    }

    /** What anybody can check about a dealer's part, without a key. */
    Optional<Blame> check(int dealer, Contribution part) {
        List<Point> points = part.commitments().points();
        boolean shaped = points.size() == threshold
                && part.sealedShares().size() == receivers.size()
                && part.ephemeral().isTorsionFree()
                && !part.ephemeral().isIdentity()
                && points.stream().allMatch(point -> !point.isIdentity() && point.isTorsionFree());
        if (!shaped) {
            return Optional.of(new Blame(dealer, Blame.Kind.MALFORMED));
        }
        byte[] claim = claim(part.commitments(), part.ephemeral(), part.sealedShares());
        if (!Schnorr.verify(holders.get(dealer - 1), claim, part.possession().toByteArray())) {
            return Optional.of(new Blame(dealer, Blame.Kind.BAD_PROOF));
        }
        Point expected = from.shareKey(dealer).timesPublic(Lagrange.atZero(dealer, dealers));
        return part.commitments().constant().sameAs(expected)
                ? Optional.empty()
                : Optional.of(new Blame(dealer, Blame.Kind.FOREIGN_SHARE));
    }

    ShareSealing.Route route(Point ephemeral, int dealer, int receiver) {
        return new ShareSealing.Route(
                ephemeral, holders.get(dealer - 1), receivers.get(receiver - 1), ByteString.copyFrom(context()));
    }

    /** What the receivers sign at the end. */
    byte[] transcript(List<Contribution> parts) {
        Sha512 hash = Sha512.of("beacon/reshare/transcript/v1").field(context());
        parts.forEach(part -> hash.field(part.commitments().encode())
                .field(part.ephemeral().encode())
                .field(part.possession().toByteArray()));
        return hash.digest();
    }

    /** What a dealer signs. */
    byte[] claim(Commitments commitments, Point ephemeral, List<ByteString> sealed) {
        Sha512 hash = Sha512.of("beacon/reshare/deal/v1")
                .field(context())
                .field(commitments.encode())
                .field(ephemeral.encode());
        sealed.forEach(share -> hash.field(share.toByteArray()));
        return hash.digest();
    }

    private byte[] context() {
        Sha512 hash = Sha512.of("beacon/reshare/v1")
                .field(id.toByteArray())
                .field(from.publicKey().encode())
                .field(from.epoch())
                .field(from.threshold())
                .field(threshold)
                .field(dealers.size());
        dealers.forEach(dealer -> hash.field(dealer.longValue()));
        hash.field(holders.size());
        holders.forEach(point -> hash.field(point.encode()));
        hash.field(receivers.size());
        receivers.forEach(point -> hash.field(point.encode()));
        return hash.digest();
    }
}
