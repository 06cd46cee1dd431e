package beacon.keys.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Stanza;
import beacon.keys.envelope.X25519Identity;
import beacon.keys.envelope.X25519Recipient;
import beacon.keys.envelope.X25519Stanza;
import beacon.keys.proofs.Dleq;
import beacon.keys.proofs.Schnorr;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;

/** Shares that are points of low order or of the twist, and dealers that deal what they did not promise. */
class ShareAttackTest {
    private static final ByteString CONTEXT = ByteString.copyFromUtf8("request");

    private final Entropy entropy = new TestEntropy(302);
    private final Custodians custodians = Custodians.born(2, 3, entropy);
    private final FileKey fileKey = FileKey.generate(entropy);
    private final WrapTerms terms = new WrapTerms(
            "did:key:org", custodians.key.id(), "alice", "policy", ByteString.copyFrom(entropy.bytes(16)));

    @Test
    void noShareOfLowOrderIsAnsweredCombinedSealedToOrOpened() {
        for (byte[] share : Torsion.lowOrderShares()) {
            ByteString bytes = ByteString.copyFrom(share);

            expectNoAnswer(bytes);
            assertThatThrownBy(() -> new X25519Recipient(bytes).wrap(fileKey, entropy))
                    .isInstanceOf(AgeException.BadKey.class);
            Stanza stanza = Stanza.binary(X25519Stanza.TYPE, ByteString.copyFrom(new byte[32]), bytes);
            assertThatThrownBy(() -> X25519Identity.generate(entropy).unwrap(List.of(stanza)))
                    .isInstanceOf(AgeException.BadHeader.class);
        }
    }

    @Test
    void noShareOnTheTwistIsAnsweredThoughX25519WouldAnswer() {
        int twist = 0;
        while (twist < 50) {
            byte[] share = entropy.bytes(32);
            if (Point.fromMontgomery(share).isPresent()) {
                continue;
            }
            twist++;

            expectNoAnswer(ByteString.copyFrom(share));
            assertThat(X25519.calculateAgreement(entropy.bytes(32), 0, share, 0, new byte[32], 0))
                    .isTrue();
        }
    }

    @Test
    void sharesOfOtherSizesAreNotAnswered() {
        for (int size : new int[] {0, 31, 33, 64}) {
            expectNoAnswer(ByteString.copyFrom(entropy.bytes(size)));
        }
    }

    @Test
    void aBoundWrapMovedByAPointOfLowOrderOrToTheTwistIsNotBound() {
        BoundWrap wrap = BoundWrap.make(fileKey, custodians.key, terms, entropy);
        X25519Stanza stanza = X25519Stanza.parse(wrap.stanza());
        Point share = Point.fromMontgomery(stanza.share().toByteArray()).orElseThrow();
        List<byte[]> shares = new ArrayList<>(Torsion.lowOrderShares());
        for (Point moved = share.plus(Torsion.POINT); !moved.equals(share); moved = moved.plus(Torsion.POINT)) {
            shares.add(moved.toMontgomery());
        }
        byte[] twisted = entropy.bytes(32);
        while (Point.fromMontgomery(twisted).isPresent()) {
            twisted = entropy.bytes(32);
        }
        shares.add(twisted);

        assertThat(wrap.verifies(terms)).isTrue();
        assertThat(shares).hasSize(22 + 7 + 1);
        for (byte[] other : shares) {
            Stanza changed = Stanza.binary(X25519Stanza.TYPE, wrap.stanza().body(), ByteString.copyFrom(other));
            assertThat(new BoundWrap(changed, wrap.binding()).verifies(terms)).isFalse();
        }
    }

    @Test
    void anAnswerForOneStanzaIsNoneForAnother() {
        PartialRequest mine = new PartialRequest(wrapped(), CONTEXT);
        PartialRequest other = new PartialRequest(wrapped(), CONTEXT);
        Combiner combiner = new Combiner(custodians.key, other);

        assertThat(combiner.offer(custodians.partial(1, mine))).isFalse();
        assertThat(combiner.offer(new Partial(4, Point.BASE, new Dleq(Scalar.ONE, Scalar.ONE))))
                .isFalse();
        assertThat(combiner.offer(new Partial(0, Point.BASE, new Dleq(Scalar.ONE, Scalar.ONE))))
                .isFalse();

        assertThat(combiner.liars()).containsExactly(1);
        assertThat(combiner.needed()).isEqualTo(2);
    }

    @Test
    void aDealerThatSignsASealedShareOfSomethingElseIsNamedByItsReceiver() {
        Custodians next = new Custodians(2, entropy);
        ResharePlan plan = plan(List.of(1, 2), next);
        Contribution lie = dealing(plan, Scalar.of(5));

        assertThat(receiver(plan, next, 1).dealt(1, lie)).isEmpty();
        assertThat(blamed(plan, next, lie)).isEqualTo(new Blame(1, Blame.Kind.BAD_SHARE));
    }

    @Test
    void aDealerThatSignsASealedShareThatDoesNotOpenIsNamedByItsReceiver() {
        Custodians next = new Custodians(2, entropy);
        ResharePlan plan = plan(List.of(1, 2), next);
        // Sealed for the second receiver, given to the first one.
        ResharePlan swapped = new ResharePlan(
                plan.id(),
                plan.from(),
                plan.dealers(),
                plan.holders(),
                plan.threshold(),
                List.of(plan.receivers().get(1), plan.receivers().get(0)));
        Contribution foreign = deal(swapped, 1);

        assertThat(blamed(plan, next, signed(plan, 1, foreign))).isEqualTo(new Blame(1, Blame.Kind.SEALED_SHARE));
    }

    @Test
    void partsOfDifferentSetsOfDealersDoNotMix() {
        Custodians next = new Custodians(2, entropy);
        ResharePlan plan = plan(List.of(1, 2), next);

        Contribution other = deal(plan(List.of(1, 3), next), 1);

        assertThat(plan.check(1, other)).contains(new Blame(1, Blame.Kind.BAD_PROOF));
        assertThat(plan.check(1, signed(plan, 1, other))).contains(new Blame(1, Blame.Kind.FOREIGN_SHARE));
    }

    @Test
    void neitherNewAndOldNorOldSharesOfTwoEpochsOpen() {
        ByteString share = wrapped();
        Custodians second = custodians.reshare(2, List.of(1, 2), same(custodians), UnaryOperator.identity());
        Custodians third = second.reshare(2, List.of(2, 3), same(custodians), UnaryOperator.identity());
        PartialRequest request = new PartialRequest(share, CONTEXT);
        List<Custodians> epochs = List.of(custodians, second, third);

        for (Custodians present : epochs) {
            for (Custodians other : epochs) {
                Combiner combiner = new Combiner(present.key, request);
                boolean taken = combiner.offer(other.partial(1, request));
                combiner.offer(present.partial(2, request));

                assertThat(taken).isEqualTo(other == present);
                assertThat(combiner.secret().isPresent()).isEqualTo(other == present);
            }
        }
    }

    private void expectNoAnswer(ByteString share) {
        PartialRequest request = new PartialRequest(share, CONTEXT);
        assertThat(Partial.compute(custodians.shares.get(1), custodians.key, request, entropy)
                        .refusal())
                .contains(Partial.Refusal.BAD_SHARE);
        Combiner combiner = new Combiner(custodians.key, request);
        PartialRequest good = new PartialRequest(custodians.key.recipient().publicKey(), CONTEXT);
        assertThat(combiner.offer(custodians.partial(1, good))).isFalse();
        assertThat(combiner.offer(custodians.partial(2, good))).isFalse();
        assertThat(combiner.secret()).isEmpty();
    }

    private ByteString wrapped() {
        return X25519Stanza.parse(
                        custodians.key.recipient().wrap(fileKey, entropy).get(0))
                .share();
    }

    /** The right commitments, but every receiver gets the same wrong share; all signed by the first dealer. */
    private Contribution dealing(ResharePlan plan, Scalar wrong) {
        Scalar ephemeral = Scalar.random(entropy);
        Point ephemeralKey = Point.baseTimes(ephemeral, entropy);
        Scalar dealer = custodians.parties.get(0).secret();
        List<ByteString> sealed = new ArrayList<>();
        for (int receiver = 1; receiver <= plan.receivers().size(); receiver++) {
            sealed.add(ShareSealing.seal(wrong, ephemeral, dealer, plan.route(ephemeralKey, 1, receiver), entropy));
        }
        return signed(plan, 1, new Contribution(deal(plan, 1).commitments(), ByteString.EMPTY, ephemeralKey, sealed));
    }

    private Contribution signed(ResharePlan plan, int dealer, Contribution part) {
        byte[] claim = plan.claim(part.commitments(), part.ephemeral(), part.sealedShares());
        byte[] signature = Schnorr.sign(custodians.parties.get(dealer - 1).secret(), claim, entropy);
        return new Contribution(
                part.commitments(), ByteString.copyFrom(signature), part.ephemeral(), part.sealedShares());
    }

    private ResharePlan plan(List<Integer> dealers, Custodians next) {
        return new ResharePlan(
                ByteString.copyFromUtf8("plan"),
                custodians.key,
                new TreeSet<>(dealers),
                custodians.publicKeys(),
                2,
                next.publicKeys());
    }

    private Contribution deal(ResharePlan plan, int dealer) {
        return plan.deal(custodians.parties.get(dealer - 1), custodians.shares.get(dealer), entropy);
    }

    private ReshareReceiver receiver(ResharePlan plan, Custodians next, int index) {
        return new ReshareReceiver(plan, next.parties.get(index - 1), entropy);
    }

    private Blame blamed(ResharePlan plan, Custodians next, Contribution lie) {
        ReshareReceiver receiver = receiver(plan, next, 1);
        receiver.dealt(2, deal(plan, 2));
        List<CeremonyStep> steps = receiver.dealt(1, lie);
        assertThat(steps).hasSize(1);
        return ((CeremonyStep.Abort) steps.get(0)).blamed().get(0);
    }

    private static Custodians same(Custodians custodians) {
        Custodians same = new Custodians(0, custodians.entropy);
        same.parties.addAll(custodians.parties);
        return same;
    }
}
