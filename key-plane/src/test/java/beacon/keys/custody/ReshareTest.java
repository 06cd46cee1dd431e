package beacon.keys.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.X25519Stanza;
import beacon.keys.shares.Lagrange;
import beacon.keys.shares.Point;
import beacon.keys.shares.Scalar;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ReshareTest {
    private final Entropy entropy = new TestEntropy(8);
    private final Custodians first = Custodians.born(2, 3, entropy);
    private final FileKey fileKey = FileKey.generate(entropy);
    private final X25519Stanza stanza =
            X25519Stanza.parse(first.key.recipient().wrap(fileKey, entropy).get(0));
    private final PartialRequest request = new PartialRequest(stanza.share(), ByteString.copyFromUtf8("r"));

    @Test
    void custodyMovesToOtherCustodiansAndBackAndOldWrapsStillOpen() {
        String recipient = first.key.recipient().toString();

        Custodians refreshed = first.reshare(2, List.of(1, 3), sameCustodians(first), UnaryOperator.identity());
        Custodians larger = refreshed.reshare(3, List.of(2, 3), new Custodians(5, entropy), UnaryOperator.identity());
        Custodians others =
                larger.reshare(2, List.of(1, 2, 4, 5), new Custodians(3, entropy), UnaryOperator.identity());

        assertThat(opened(refreshed, 1, 2)).isEqualTo(fileKey.copyBytes());
        assertThat(opened(larger, 1, 3, 5)).isEqualTo(fileKey.copyBytes());
        assertThat(opened(others, 2, 3)).isEqualTo(fileKey.copyBytes());
        assertThat(others.key.recipient()).hasToString(recipient);
        assertThat(others.key.id()).isEqualTo(first.key.id());
        assertThat(others.key.epoch()).isEqualTo(3);
        Combiner combiner = new Combiner(larger.key, request);
        combiner.offer(larger.partial(1, request));
        combiner.offer(larger.partial(2, request));
        assertThat(combiner.secret()).isEmpty();
    }

    @Test
    void sharesOfDifferentEpochsDoNotCombine() {
        Custodians refreshed = first.reshare(2, List.of(1, 2), sameCustodians(first), UnaryOperator.identity());
        Partial old = first.partial(1, request);

        Combiner combiner = new Combiner(refreshed.key, request);

        assertThat(combiner.offer(old)).isFalse();
        assertThat(combiner.liars()).containsExactly(1);
        assertThat(Partial.compute(first.shares.get(1), refreshed.key, request, entropy)
                        .refusal())
                .contains(Partial.Refusal.WRONG_EPOCH);
        assertThat(first.shares.get(1).belongsTo(refreshed.key, entropy)).isFalse();
        TreeSet<Integer> both = new TreeSet<>(List.of(1, 2));
        Point mixed = old.image()
                .timesPublic(Lagrange.atZero(1, both))
                .plus(refreshed.partial(2, request).image().timesPublic(Lagrange.atZero(2, both)));
        byte[] wrong = mixed.timesPublic(Scalar.of(8).invert()).toMontgomery();
        assertThat(stanza.open(wrong, first.key.recipient().publicKey().toByteArray()))
                .isEmpty();
    }

    @Test
    void aShareThatPretendsAnotherEpochIsSeen() {
        Custodians refreshed = first.reshare(2, List.of(1, 2), sameCustodians(first), UnaryOperator.identity());
        Scalar old = Scalar.decode(first.shares.get(1).copyBytes()).orElseThrow();

        KeyShare pretended = new KeyShare(1, refreshed.key.epoch(), old);

        assertThat(pretended.belongsTo(refreshed.key, entropy)).isFalse();
        assertThat(Partial.compute(pretended, refreshed.key, request, entropy).refusal())
                .contains(Partial.Refusal.WRONG_EPOCH);
    }

    @Test
    void aDealerThatLiesIsNamedAndOthersCanDealInstead() {
        for (UnaryOperator<Contribution> lie : List.<UnaryOperator<Contribution>>of(
                part -> new Contribution(
                        part.commitments(), ByteString.copyFrom(new byte[64]), part.ephemeral(), part.sealedShares()),
                part -> {
                    List<ByteString> sealed = new ArrayList<>(part.sealedShares());
                    sealed.set(0, ByteString.copyFrom(new byte[48]));
                    return new Contribution(part.commitments(), part.possession(), part.ephemeral(), sealed);
                })) {
            Custodians next = new Custodians(3, entropy);

            first.reshare(2, List.of(1, 2), next, lie);

            assertThat(next.blamedBy(1)).containsExactly(new Blame(1, Blame.Kind.BAD_PROOF));
            assertThat(next.key).isNull();
        }
        Custodians retry = first.reshare(2, List.of(2, 3), new Custodians(3, entropy), UnaryOperator.identity());
        assertThat(opened(retry, 1, 2)).isEqualTo(fileKey.copyBytes());
    }

    @Test
    void aDealerThatDealsAnotherValueThanItsShareIsNamed() {
        Custodians next = new Custodians(2, entropy);
        ResharePlan plan = plan(List.of(1, 2), next);
        KeyShare foreign = new KeyShare(1, 0, Scalar.of(5));
        List<Point> pretended = new ArrayList<>(first.key.shareKeys());
        pretended.set(0, foreign.publicKey(entropy));
        OrgKey pretendedKey = new OrgKey(first.key.publicKey(), 2, pretended, 0);
        ResharePlan forged = new ResharePlan(
                plan.id(), pretendedKey, plan.dealers(), plan.holders(), plan.threshold(), plan.receivers());

        Contribution lie = forged.deal(first.parties.get(0), foreign, entropy);

        assertThat(plan.check(1, plan.deal(first.parties.get(0), first.shares.get(1), entropy)))
                .isEmpty();
        assertThat(plan.check(1, lie)).contains(new Blame(1, Blame.Kind.FOREIGN_SHARE));
        assertThat(plan.check(2, lie)).contains(new Blame(2, Blame.Kind.BAD_PROOF));
    }

    @Test
    void aSilentDealerIsNamed() {
        Custodians next = new Custodians(2, entropy);
        ReshareReceiver receiver = new ReshareReceiver(plan(List.of(1, 2), next), next.parties.get(0), entropy);
        receiver.dealt(1, plan(List.of(1, 2), next).deal(first.parties.get(0), first.shares.get(1), entropy));

        assertThat(receiver.expire()).containsExactly(new CeremonyStep.Abort(List.of(new Blame(2, Blame.Kind.SILENT))));
    }

    @Test
    void tooFewDealersOrAStrangersShareAreRefused() {
        Custodians next = new Custodians(2, entropy);

        assertThatThrownBy(() -> plan(List.of(1), next)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> plan(List.of(1, 4), next)).isInstanceOf(IllegalArgumentException.class);
        KeyShare wrong = new KeyShare(1, 0, Scalar.of(5));
        assertThatThrownBy(() -> plan(List.of(1, 2), next).deal(first.parties.get(0), wrong, entropy))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private ResharePlan plan(List<Integer> dealers, Custodians next) {
        return new ResharePlan(
                ByteString.copyFromUtf8("plan"),
                first.key,
                new TreeSet<>(dealers),
                first.publicKeys(),
                2,
                next.publicKeys());
    }

    private Custodians sameCustodians(Custodians custodians) {
        Custodians same = new Custodians(0, entropy);
        same.parties.addAll(custodians.parties);
        return same;
    }

    private byte[] opened(Custodians custodians, Integer... chosen) {
        byte[] secret = custodians.secret(request, chosen);
        return stanza.open(secret, first.key.recipient().publicKey().toByteArray())
                .orElseThrow()
                .copyBytes();
    }
}
