package beacon.keys.custody;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.proofs.Schnorr;
import beacon.keys.shares.Commitments;
import beacon.keys.shares.Point;
import beacon.keys.shares.Polynomial;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A party that tries to choose the key, to hold it alone, or to spoil it is named, and no key is born. */
class CeremonyAttackTest {
    private final Entropy entropy = new TestEntropy(301);
    private final Custodians custodians = new Custodians(3, entropy);
    private final Session session = session("s");
    private final Contribution honest = contribution(session, custodians.parties.get(0));
    private final Contribution own = contribution(session, custodians.parties.get(2));

    @Test
    void aKeyThatCancelsTheOthersHasNoProof() {
        // With honest.constant() + other = chosen, its maker would hold the whole key.
        Point chosen = Point.baseTimes(Scalar.of(7), entropy);
        List<Point> points = new ArrayList<>(own.commitments().points());
        points.set(0, chosen.minus(honest.commitments().constant()));

        assertThat(blamed(new Contribution(
                        new Commitments(points), own.possession(), own.ephemeral(), own.sealedShares())))
                .isEqualTo(new Blame(3, Blame.Kind.BAD_PROOF));
    }

    @Test
    void aPartThatIsACopyOfAnotherPartysIsNotItsOwn() {
        assertThat(blamed(honest)).isEqualTo(new Blame(3, Blame.Kind.SEALED_SHARE));
    }

    @Test
    void aPartOfAnotherSessionIsNotOfThisOne() {
        Contribution earlier = contribution(session("earlier"), custodians.parties.get(2));

        assertThat(blamed(earlier)).isEqualTo(new Blame(3, Blame.Kind.BAD_PROOF));
    }

    @Test
    void pointsWithTorsionAreNoCommitmentsAndNoKeys() {
        Point torsion = Torsion.POINT;
        List<Point> last = new ArrayList<>(own.commitments().points());
        last.set(1, last.get(1).plus(torsion));

        for (Contribution lie : List.of(
                new Contribution(new Commitments(last), own.possession(), own.ephemeral(), own.sealedShares()),
                new Contribution(
                        own.commitments(), own.possession(), own.ephemeral().plus(torsion), own.sealedShares()),
                new Contribution(own.commitments(), own.possession(), torsion, own.sealedShares()))) {
            assertThat(blamed(lie)).isEqualTo(new Blame(3, Blame.Kind.MALFORMED));
        }
    }

    @Test
    void aPolynomialOfAHigherDegreeThanAgreedIsMalformed() {
        // More terms than the threshold would leave the honest ones unable to open anything.
        Session larger = new Session(session.id(), 3, session.parties(), session.extension());
        Contribution lie = contribution(larger, custodians.parties.get(2));

        assertThat(blamed(lie)).isEqualTo(new Blame(3, Blame.Kind.MALFORMED));
    }

    @Test
    void twoAnnouncementsOrTwoPartsOfOnePartyAreEquivocation() {
        Contribution other = contribution(session, custodians.parties.get(2));
        Ceremony announcing = started();
        announcing.receive(3, announced(own));
        Ceremony contributing = started();
        contributing.receive(3, own);

        assertThat(announcing.receive(3, announced(other)))
                .containsExactly(new CeremonyStep.Abort(List.of(new Blame(3, Blame.Kind.EQUIVOCATION))));
        assertThat(contributing.receive(3, other))
                .containsExactly(new CeremonyStep.Abort(List.of(new Blame(3, Blame.Kind.EQUIVOCATION))));
    }

    @Test
    void aCertificateOfAnotherTranscriptAbortsEverywhere() {
        Custodians ring = new Custodians(3, entropy);
        byte[] foreign = Schnorr.sign(
                ring.parties.get(1).secret(), "another transcript".getBytes(StandardCharsets.UTF_8), entropy);
        UnaryOperator<Custodians.Envelope> network = envelope -> envelope.from() == 2
                        && envelope.message() instanceof CeremonyMessage.Certified
                ? new Custodians.Envelope(2, envelope.to(), new CeremonyMessage.Certified(ByteString.copyFrom(foreign)))
                : envelope;

        ring.ceremony(2, network);

        assertThat(ring.blamedBy(1)).containsExactly(new Blame(2, Blame.Kind.BAD_CERTIFICATE));
        assertThat(ring.blamedBy(3)).containsExactly(new Blame(2, Blame.Kind.BAD_CERTIFICATE));
    }

    @Test
    void messagesOfStrangersAreIgnored() {
        Ceremony ceremony = started();

        for (int stranger : new int[] {-1, 0, 4, Integer.MAX_VALUE}) {
            assertThat(ceremony.receive(stranger, announced(own))).isEmpty();
        }
        assertThat(ceremony.receive(1, announced(honest))).isEmpty();
        assertThat(ceremony.receive(3, announced(own)))
                .hasSize(1)
                .allMatch(step -> step instanceof CeremonyStep.Send send && send.message() instanceof Contribution);
    }

    /** Whom the second party names when the third one sends this. */
    private Blame blamed(Contribution lie) {
        Ceremony ceremony = started();
        ceremony.receive(1, announced(honest));
        ceremony.receive(3, announced(lie));
        ceremony.receive(1, honest);
        List<CeremonyStep> steps = ceremony.receive(3, lie);
        assertThat(steps).hasSize(1);
        List<Blame> blamed = ((CeremonyStep.Abort) steps.get(0)).blamed();
        assertThat(blamed).hasSize(1);
        return blamed.get(0);
    }

    private Ceremony started() {
        Ceremony ceremony = Ceremony.join(session, custodians.parties.get(1), entropy);
        ceremony.start();
        return ceremony;
    }

    private CeremonyMessage announced(Contribution contribution) {
        return new CeremonyMessage.Announced(contribution.hash(session.context()));
    }

    private Session session(String id) {
        return new Session(ByteString.copyFromUtf8(id), 2, custodians.publicKeys(), ByteString.EMPTY);
    }

    private Contribution contribution(Session of, Party party) {
        Polynomial polynomial = Polynomial.random(of.threshold(), entropy);
        return Ceremony.contribution(of, party, polynomial, Scalar.random(entropy), entropy);
    }
}
