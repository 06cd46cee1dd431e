package beacon.keys.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.Vectors;
import beacon.keys.envelope.AgeException;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.Header;
import beacon.keys.envelope.Stanza;
import beacon.keys.envelope.X25519Stanza;
import beacon.keys.proofs.Dleq;
import beacon.keys.shares.Commitments;
import beacon.keys.shares.Point;
import beacon.keys.shares.Polynomial;
import beacon.keys.shares.Scalar;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;

class DecryptionTest {
    private static final ByteString CONTEXT = ByteString.copyFromUtf8("request 1");

    private final Entropy entropy = new TestEntropy(4);
    private final Custodians custodians = Custodians.born(2, 3, entropy);
    private final FileKey fileKey = FileKey.generate(entropy);

    @Test
    void everyPairOpensWhatAnyAgeSealed() {
        X25519Stanza stanza = stanza(Header.wrap(fileKey, List.of(custodians.key.recipient()), entropy));
        PartialRequest request = new PartialRequest(stanza.share(), CONTEXT);

        for (Integer[] pair : new Integer[][] {{1, 2}, {1, 3}, {2, 3}, {3, 1}, {1, 2, 3}}) {
            byte[] secret = custodians.secret(request, pair);

            assertThat(open(stanza, secret)).isEqualTo(fileKey.copyBytes());
        }
    }

    @Test
    void oneOfThreeOpensNothingAndTheCombinerSaysWhoIsMissing() {
        X25519Stanza stanza = stanza(Header.wrap(fileKey, List.of(custodians.key.recipient()), entropy));
        Combiner combiner = new Combiner(custodians.key, new PartialRequest(stanza.share(), CONTEXT));

        combiner.offer(custodians.partial(2, new PartialRequest(stanza.share(), CONTEXT)));

        assertThat(combiner.secret()).isEmpty();
        assertThat(combiner.needed()).isEqualTo(1);
        assertThat(combiner.missing()).containsExactly(1, 3);
        assertThat(combiner.liars()).isEmpty();
    }

    @Test
    void aLiarIsNamedAndTheOthersStillOpen() {
        X25519Stanza stanza = stanza(Header.wrap(fileKey, List.of(custodians.key.recipient()), entropy));
        PartialRequest request = new PartialRequest(stanza.share(), CONTEXT);
        Partial honest = custodians.partial(1, request);

        for (Partial lie : List.of(
                new Partial(1, honest.image().doubled(), honest.proof()),
                new Partial(1, honest.image().plus(Torsion.POINT), honest.proof()),
                new Partial(1, honest.image(), new Dleq(honest.proof().challenge(), Scalar.of(3))),
                new Partial(2, honest.image(), honest.proof()),
                custodians.partial(1, new PartialRequest(stanza.share(), ByteString.copyFromUtf8("request 2"))))) {
            Combiner combiner = new Combiner(custodians.key, request);

            assertThat(combiner.offer(lie)).isFalse();
            assertThat(combiner.liars()).containsExactly(lie.index());
            for (int index = 1; index <= 3; index++) {
                if (index != lie.index()) {
                    assertThat(combiner.offer(custodians.partial(index, request)))
                            .isTrue();
                }
            }
            assertThat(open(stanza, combiner.secret().orElseThrow())).isEqualTo(fileKey.copyBytes());
            assertThat(combiner.liars()).containsExactly(lie.index());
        }
    }

    @Test
    void partialsAreReadAsTheyAreWrittenAndNothingElse() {
        PartialRequest request = new PartialRequest(custodians.key.recipient().publicKey(), CONTEXT);
        Partial partial = custodians.partial(3, request);
        byte[] wire = partial.encode();

        assertThat(Partial.decode(3, wire)).contains(partial);
        assertThat(Partial.decode(3, new byte[95])).isEmpty();
        byte[] large = wire.clone();
        large[95] = (byte) 0xff;
        assertThat(Partial.decode(3, large)).isEmpty();
        assertThat(partial.toString()).isEqualTo("Partial[index=3, hidden]");
    }

    @Test
    void agreesWithWycheproofThroughATwoOfThreeSplit() {
        int agreed = 0;
        int refused = 0;
        for (JsonElement element : Vectors.json("wycheproof", "x25519_test.json", JsonObject.class)
                .getAsJsonArray("testGroups")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("tests")) {
            JsonObject test = element.getAsJsonObject();
            byte[] secretKey = Vectors.hex(test, "private");
            X25519.clampPrivateKey(secretKey);
            Custodians split = split(Scalar.reduce(secretKey));
            PartialRequest request = new PartialRequest(ByteString.copyFrom(Vectors.hex(test, "public")), CONTEXT);

            if (request.point().isPresent()) {
                assertThat(split.secret(request, 1, 3))
                        .as("tcId " + test.get("tcId"))
                        .isEqualTo(Vectors.hex(test, "shared"));
                agreed++;
            } else {
                String flags = test.get("flags").toString();
                assertThat(flags).as("tcId " + test.get("tcId")).matches(".*(Twist|LowOrder|ZeroShared).*");
                assertThat(Partial.compute(split.shares.get(1), split.key, request, entropy)
                                .refusal())
                        .contains(Partial.Refusal.BAD_SHARE);
                refused++;
            }
        }
        assertThat(agreed).isGreaterThan(100);
        assertThat(refused).isGreaterThan(50);
    }

    @Test
    void sharesWithTorsionGiveWhatX25519Gives() {
        byte[] secretKey = entropy.bytes(32);
        X25519.clampPrivateKey(secretKey);
        Custodians split = split(Scalar.reduce(secretKey));
        Point mixed = Point.baseTimes(Scalar.random(entropy), entropy);
        for (int i = 0; i < 16; i++) {
            mixed = mixed.plus(Torsion.POINT);
            byte[] share = mixed.toMontgomery();
            share[31] |= (byte) (i % 2 << 7);
            byte[] expected = new byte[32];
            X25519.scalarMult(secretKey, 0, share, 0, expected, 0);

            byte[] secret = split.secret(new PartialRequest(ByteString.copyFrom(share), CONTEXT), 2, 3);

            assertThat(secret).isEqualTo(expected);
        }
    }

    @Test
    void theBlindingAttackRecoversTheKeyWithoutTheProofAndFailsAtTheProof() {
        WrapTerms victimTerms = terms("victim");
        BoundWrap victim = BoundWrap.make(fileKey, custodians.key, victimTerms, entropy);
        X25519Stanza victimStanza = X25519Stanza.parse(victim.stanza());
        Point victimShare =
                Point.fromMontgomery(victimStanza.share().toByteArray()).orElseThrow();
        Scalar r = Scalar.random(entropy);
        byte[] blindedShare = victimShare.times(r, entropy).toMontgomery();

        // What unguarded custodians would answer for the attacker's own artifact, divided by r, is the victim's secret.
        Combiner unguarded =
                new Combiner(custodians.key, new PartialRequest(ByteString.copyFrom(blindedShare), CONTEXT));
        PartialRequest attack = new PartialRequest(ByteString.copyFrom(blindedShare), CONTEXT);
        unguarded.offer(custodians.partial(1, attack));
        unguarded.offer(custodians.partial(2, attack));
        Point blinded = Point.fromMontgomery(unguarded.secret().orElseThrow()).orElseThrow();
        byte[] stolen = blinded.timesPublic(r.invert()).toMontgomery();
        assertThat(open(victimStanza, stolen)).isEqualTo(fileKey.copyBytes());

        // He cannot register such a share: he does not know its logarithm, and no proof of others fits.
        Stanza forged = new Stanza(
                List.of("X25519", Base64.getEncoder().withoutPadding().encodeToString(blindedShare)),
                victim.stanza().body());
        BoundWrap own = BoundWrap.make(FileKey.generate(entropy), custodians.key, terms("attacker"), entropy);
        assertThat(new BoundWrap(forged, victim.binding()).verifies(terms("attacker")))
                .isFalse();
        assertThat(new BoundWrap(forged, victim.binding()).verifies(victimTerms))
                .isFalse();
        assertThat(new BoundWrap(forged, own.binding()).verifies(terms("attacker")))
                .isFalse();
    }

    @Test
    void aWrapIsGoodUnderItsOwnTermsOnly() {
        for (int i = 0; i < 20; i++) {
            BoundWrap wrap = BoundWrap.make(fileKey, custodians.key, terms("alice"), entropy);

            assertThat(wrap.verifies(terms("alice"))).isTrue();
            assertThat(wrap.verifies(terms("mallory"))).isFalse();
            X25519Stanza stanza = X25519Stanza.parse(wrap.stanza());
            byte[] secret = custodians.secret(new PartialRequest(stanza.share(), CONTEXT), 1, 2);
            assertThat(open(stanza, secret)).isEqualTo(fileKey.copyBytes());
        }
    }

    @Test
    void aTransplantedStanzaOrBodyIsRefused() {
        BoundWrap one = BoundWrap.make(fileKey, custodians.key, terms("alice"), entropy);
        BoundWrap two = BoundWrap.make(fileKey, custodians.key, terms("alice"), entropy);
        Stanza crossed = new Stanza(one.stanza().arguments(), two.stanza().body());

        assertThat(new BoundWrap(one.stanza(), two.binding()).verifies(terms("alice")))
                .isFalse();
        assertThat(new BoundWrap(crossed, one.binding()).verifies(terms("alice")))
                .isFalse();
        assertThat(new BoundWrap(one.stanza(), ByteString.copyFrom(new byte[96])).verifies(terms("alice")))
                .isFalse();
        assertThat(new BoundWrap(one.stanza(), ByteString.EMPTY).verifies(terms("alice")))
                .isFalse();
    }

    @Test
    void bindingsAreCheckedAgainstEveryTerm() {
        WrapTerms good = terms("alice");
        BoundWrap wrap = BoundWrap.make(fileKey, custodians.key, good, entropy);
        ByteString other = ByteString.copyFromUtf8("other");

        for (WrapTerms changed : List.of(
                new WrapTerms("other", good.keyId(), good.writer(), good.policy(), good.nonce()),
                new WrapTerms(good.organisation(), other, good.writer(), good.policy(), good.nonce()),
                new WrapTerms(good.organisation(), good.keyId(), "other", good.policy(), good.nonce()),
                new WrapTerms(good.organisation(), good.keyId(), good.writer(), "other", good.nonce()),
                new WrapTerms(good.organisation(), good.keyId(), good.writer(), good.policy(), other))) {
            assertThat(wrap.verifies(changed)).isFalse();
        }
    }

    @Test
    void aHeaderWithAnotherStanzaUnderneathIsRefusedByItsMac() {
        BoundWrap wrap = BoundWrap.make(fileKey, custodians.key, terms("alice"), entropy);
        Header header = Header.seal(fileKey, List.of(wrap.stanza()));
        Header swapped = new Header(
                List.of(BoundWrap.make(fileKey, custodians.key, terms("alice"), entropy)
                        .stanza()),
                header.mac());

        assertThat(header.verify(FileKey.of(fileKey.copyBytes())).copyBytes()).isEqualTo(fileKey.copyBytes());
        assertThatThrownBy(() -> swapped.verify(FileKey.of(fileKey.copyBytes())))
                .isInstanceOf(AgeException.BadMac.class);
    }

    private static WrapTerms terms(String writer) {
        return new WrapTerms(
                "did:key:org", ByteString.copyFromUtf8("kek"), writer, "policy", ByteString.copyFromUtf8("nonce"));
    }

    private X25519Stanza stanza(Header header) {
        return X25519Stanza.parse(header.stanzas().get(0));
    }

    private byte[] open(X25519Stanza stanza, byte[] secret) {
        byte[] recipient = custodians.key.recipient().publicKey().toByteArray();
        Optional<FileKey> opened = stanza.open(secret, recipient);
        return opened.orElseThrow().copyBytes();
    }

    /** A dealt key: only in tests does somebody know it. */
    private Custodians split(Scalar secret) {
        Custodians split = new Custodians(3, entropy);
        Polynomial polynomial = Polynomial.sharing(secret, 2, entropy);
        Commitments commitments = polynomial.commit(entropy);
        split.key = OrgKey.of(commitments, 3, 0);
        for (int index : new TreeSet<>(List.of(1, 2, 3))) {
            split.shares.put(index, new KeyShare(index, 0, polynomial.at(index)));
        }
        return split;
    }
}
