package beacon.keys.custody;

import beacon.keys.Entropy;
import beacon.keys.primitives.Sha512;
import beacon.keys.proofs.Schnorr;
import beacon.keys.shares.Commitments;
import beacon.keys.shares.Point;
import beacon.keys.shares.Polynomial;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One party's side of the birth of a key: COCKTAIL-DKG(Ed25519, SHA-512), with one round before it in which all
 * announce the hash of their contribution.
 *
 * <p>Announce → contribute, once all announced → keep the share and certify, once all contributions verify → done, once
 * all certificates verify. All or nothing: whatever fails aborts the session and names who is to blame. Messages may
 * come early and repeatedly; there is room for one of each kind from each party. A key born so may be biased by a few
 * bits no more, since nobody sees another's commitment before his own is fixed (Gennaro et al. 1999; docs/adr/0022).
 *
 * <p>Not thread-safe: belongs to one event loop. Secrets are wiped when the ceremony ends.
 */
public final class Ceremony {
    private enum Phase {
        ANNOUNCING,
        CONTRIBUTING,
        CERTIFYING,
        OVER
    }

    private final Session session;
    private final Party self;
    private final Entropy entropy;
    private final byte[] context;
    private final Contribution own;
    private final TreeMap<Integer, ByteString> announced = new TreeMap<>();
    private final TreeMap<Integer, Contribution> contributed = new TreeMap<>();
    private final TreeMap<Integer, ByteString> certified = new TreeMap<>();
    private Phase phase = Phase.ANNOUNCING;
    private byte[] transcript = new byte[0];
    private Optional<OrgKey> key = Optional.empty();

    private Ceremony(Session session, Party self, Contribution own, Entropy entropy) {
        if (!session.hasParty(self.index()) || !session.party(self.index()).sameAs(self.publicKey(entropy))) {
            throw new IllegalArgumentException("expected party %d to hold its key".formatted(self.index()));
        }
        this.session = session;
        this.self = self;
        this.entropy = entropy;
        this.context = session.context();
        this.own = own;
    }

    /** A ceremony with a fresh secret polynomial. The party stays the caller's. */
    public static Ceremony join(Session session, Party self, Entropy entropy) {
        try (Polynomial polynomial = Polynomial.random(session.threshold(), entropy)) {
            Scalar ephemeral = Scalar.random(entropy);
            Contribution own = contribution(session, self, polynomial, ephemeral, entropy);
            ephemeral.wipe();
            return new Ceremony(session, self, own, entropy);
        }
    }

    /** For a given contribution: what the published vectors need. */
    static Ceremony with(Session session, Party self, Contribution own, Entropy entropy) {
        return new Ceremony(session, self, own, entropy);
    }

    static Contribution contribution(
            Session session, Party self, Polynomial polynomial, Scalar ephemeralSecret, Entropy entropy) {
        byte[] context = session.context();
        Commitments commitments = polynomial.commit(entropy);
        Point ephemeral = Point.baseTimes(ephemeralSecret, entropy);
        byte[] possession =
                Schnorr.sign(polynomial.constant(), Contribution.claim(context, commitments, ephemeral), entropy);
        List<ByteString> sealed = new ArrayList<>();
        for (int receiver = 1; receiver <= session.size(); receiver++) {
            Scalar share = polynomial.at(receiver);
            ShareSealing.Route route = route(session, ephemeral, self.index(), receiver, context);
            sealed.add(ShareSealing.seal(share, ephemeralSecret, self.secret(), route, entropy));
            share.wipe();
        }
        return new Contribution(commitments, ByteString.copyFrom(possession), ephemeral, sealed);
    }

    /** The first thing to send. */
    public List<CeremonyStep> start() {
        CeremonyMessage.Announced announcement = new CeremonyMessage.Announced(own.hash(context));
        List<CeremonyStep> steps = new ArrayList<>(List.of(new CeremonyStep.Send(announcement)));
        steps.addAll(receive(self.index(), announcement));
        return steps;
    }

    /** Takes a message whose sender the caller has authenticated; gives what to do next, perhaps nothing. */
    public List<CeremonyStep> receive(int from, CeremonyMessage message) {
        if (phase == Phase.OVER || !session.hasParty(from)) {
            return List.of();
        }
        if (!remember(from, message)) {
            return abort(new Blame(from, Blame.Kind.EQUIVOCATION));
        }
        List<CeremonyStep> steps = new ArrayList<>();
        List<CeremonyStep> next = advance();
        while (!next.isEmpty()) {
            steps.addAll(next);
            next = advance();
        }
        return steps;
    }

    /** The deadline passed: whoever is missing is named. */
    public List<CeremonyStep> expire() {
        if (phase == Phase.OVER) {
            return List.of();
        }
        TreeMap<Integer, ?> due = switch (phase) {
            case ANNOUNCING -> announced;
            case CONTRIBUTING -> contributed;
            case CERTIFYING, OVER -> certified;
        };
        List<Blame> silent = new ArrayList<>();
        for (int index = 1; index <= session.size(); index++) {
            if (!due.containsKey(index)) {
                silent.add(new Blame(index, Blame.Kind.SILENT));
            }
        }
        return over(new CeremonyStep.Abort(silent));
    }

    private boolean remember(int from, CeremonyMessage message) {
        return message.match(new CeremonyMessage.Cases<Boolean>() {
            @Override
            public Boolean announced(CeremonyMessage.Announced announcement) {
                ByteString known = announced.putIfAbsent(from, announcement.hash());
                return known == null || known.equals(announcement.hash());
            }

            @Override
            public Boolean contributed(Contribution contribution) {
                Contribution known = contributed.putIfAbsent(from, contribution);
                return known == null || known.equals(contribution);
            }

            @Override
            public Boolean certified(CeremonyMessage.Certified certificate) {
                ByteString known = certified.putIfAbsent(from, certificate.signature());
                return known == null || known.equals(certificate.signature());
            }
        });
    }

    /** One phase further when all messages of the present one are there. */
    private List<CeremonyStep> advance() {
        if (phase == Phase.ANNOUNCING && announced.size() == session.size()) {
            phase = Phase.CONTRIBUTING;
            contributed.put(self.index(), own);
            return List.of(new CeremonyStep.Send(own));
        }
        if (phase == Phase.CONTRIBUTING && contributed.size() == session.size()) {
            return certify();
        }
        if (phase == Phase.CERTIFYING && certified.size() == session.size()) {
            return finish();
        }
        return List.of();
    }

    private List<CeremonyStep> certify() {
        Scalar sum = Scalar.ZERO;
        Optional<Commitments> commitments = Optional.empty();
        for (Map.Entry<Integer, Contribution> entry : contributed.entrySet()) {
            int from = entry.getKey();
            Contribution contribution = entry.getValue();
            Optional<Blame> blame = check(from, contribution);
            if (blame.isPresent()) {
                return abort(blame.get());
            }
            Optional<Scalar> share = openShare(from, contribution);
            if (share.isEmpty()) {
                return abort(new Blame(from, Blame.Kind.SEALED_SHARE));
            }
            if (!Point.baseTimes(share.get(), entropy)
                    .sameAs(contribution.commitments().at(self.index()))) {
                return abort(new Blame(from, Blame.Kind.BAD_SHARE));
            }
            sum = sum.plus(share.get());
            share.get().wipe();
            commitments = Optional.of(
                    commitments.map(c -> c.plus(contribution.commitments())).orElse(contribution.commitments()));
        }
        return keepAndCertify(sum, commitments.orElseThrow());
    }

    private List<CeremonyStep> keepAndCertify(Scalar sum, Commitments commitments) {
        OrgKey orgKey = OrgKey.of(commitments, session.size(), 0);
        KeyShare share = new KeyShare(self.index(), 0, sum);
        sum.wipe();
        if (!share.belongsTo(orgKey, entropy) || orgKey.publicKey().isIdentity()) {
            throw new IllegalStateException("expected the sum of good shares to be a good share");
        }
        transcript = session.transcript(List.copyOf(contributed.values()));
        ByteString signature = ByteString.copyFrom(Schnorr.sign(self.secret(), transcript, entropy));
        certified.put(self.index(), signature);
        key = Optional.of(orgKey);
        phase = Phase.CERTIFYING;
        return List.of(
                new CeremonyStep.Keep(share, orgKey), new CeremonyStep.Send(new CeremonyMessage.Certified(signature)));
    }

    private List<CeremonyStep> finish() {
        for (Map.Entry<Integer, ByteString> entry : certified.entrySet()) {
            Point signer = session.party(entry.getKey());
            if (!Schnorr.verify(signer, transcript, entry.getValue().toByteArray())) {
                return abort(new Blame(entry.getKey(), Blame.Kind.BAD_CERTIFICATE));
            }
        }
        ByteString hash = ByteString.copyFrom(Sha512.plain().raw(transcript).digest());
        return over(new CeremonyStep.Done(key.orElseThrow(), hash, List.copyOf(certified.values())));
    }

    private Optional<Blame> check(int from, Contribution contribution) {
        if (!contribution.hash(context).equals(announced.get(from))) {
            return Optional.of(new Blame(from, Blame.Kind.BROKEN_ANNOUNCEMENT));
        }
        List<Point> points = contribution.commitments().points();
        boolean shaped = points.size() == session.threshold()
                && contribution.sealedShares().size() == session.size()
                && contribution.ephemeral().isTorsionFree()
                && !contribution.ephemeral().isIdentity()
                && points.stream().allMatch(point -> !point.isIdentity() && point.isTorsionFree());
        if (!shaped) {
            return Optional.of(new Blame(from, Blame.Kind.MALFORMED));
        }
        byte[] claim = Contribution.claim(context, contribution.commitments(), contribution.ephemeral());
        boolean possessed = Schnorr.verify(
                contribution.commitments().constant(),
                claim,
                contribution.possession().toByteArray());
        return possessed ? Optional.empty() : Optional.of(new Blame(from, Blame.Kind.BAD_PROOF));
    }

    private Optional<Scalar> openShare(int from, Contribution contribution) {
        ByteString sealed = contribution.sealedShares().get(self.index() - 1);
        ShareSealing.Route route = route(session, contribution.ephemeral(), from, self.index(), context);
        return ShareSealing.open(sealed, self.secret(), route, entropy);
    }

    private static ShareSealing.Route route(Session session, Point ephemeral, int from, int to, byte[] context) {
        return new ShareSealing.Route(ephemeral, session.party(from), session.party(to), ByteString.copyFrom(context));
    }

    private List<CeremonyStep> abort(Blame blame) {
        return over(new CeremonyStep.Abort(List.of(blame)));
    }

    private List<CeremonyStep> over(CeremonyStep last) {
        phase = Phase.OVER;
        announced.clear();
        contributed.clear();
        certified.clear();
        return List.of(last);
    }
}
