package beacon.keys.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.keys.Entropy;
import beacon.keys.TestEntropy;
import beacon.keys.Vectors;
import beacon.keys.proofs.Schnorr;
import beacon.keys.shares.Commitments;
import beacon.keys.shares.Point;
import beacon.keys.shares.Polynomial;
import beacon.keys.shares.Scalar;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class CeremonyTest {
    private static final int NONCE_PREFIX = "COCKTAIL-DKG-Ed25519-SHA512-NONCE".length();

    private final Entropy entropy = new TestEntropy(99);

    @TestFactory
    Stream<DynamicTest> reproducesThePublishedVectors() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonElement element : Vectors.json("cocktail-dkg", "cocktail-dkg-ed25519-sha512.json", JsonObject.class)
                .getAsJsonArray("vectors")) {
            JsonObject vector = element.getAsJsonObject();
            String name = vector.get("t") + " of " + vector.get("n");
            tests.add(DynamicTest.dynamicTest(name, () -> reproduce(vector)));
        }
        return tests.stream();
    }

    private void reproduce(JsonObject vector) {
        List<Party> parties = parties(vector);
        Session session = new Session(
                ByteString.copyFrom(Vectors.hex(vector, "session_tag")),
                vector.get("t").getAsInt(),
                parties.stream().map(party -> party.publicKey(entropy)).toList(),
                ByteString.copyFrom(Vectors.hex(vector, "extension")));
        assertThat(session.context()).isEqualTo(Vectors.hex(vector, "context"));
        List<Contribution> contributions = contributions(vector);
        JsonObject round3 = vector.getAsJsonObject("round3");

        for (Party self : parties) {
            List<CeremonyStep> steps = run(session, self, contributions, round3.getAsJsonArray("signatures"));

            CeremonyStep.Keep keep = only(steps, CeremonyStep.Keep.class);
            JsonObject expected =
                    vector.getAsJsonArray("round2").get(self.index() - 1).getAsJsonObject();
            assertThat(keep.share().copyBytes()).isEqualTo(Vectors.hex(expected, "secret_share"));
            assertThat(keep.share().publicKey(entropy).encode()).isEqualTo(Vectors.hex(expected, "verification_share"));
            CeremonyStep.Done done = only(steps, CeremonyStep.Done.class);
            assertThat(done.key().publicKey().encode()).isEqualTo(Vectors.hex(vector, "group_public_key"));
            assertThat(done.transcriptHash().toByteArray()).isEqualTo(Vectors.hex(round3, "transcript_hash"));
            byte[] certificate = Vectors.hex(
                    round3.getAsJsonArray("signatures").get(self.index() - 1).getAsJsonObject(), "signature");
            assertThat(done.certificate().get(self.index() - 1).toByteArray()).isEqualTo(certificate);
            assertThat(steps)
                    .contains(new CeremonyStep.Send(new CeremonyMessage.Certified(ByteString.copyFrom(certificate))));
        }
    }

    @Test
    void reproducesThePossessionProofsOfTheVectors() {
        for (JsonElement element : Vectors.json("cocktail-dkg", "cocktail-dkg-ed25519-sha512.json", JsonObject.class)
                .getAsJsonArray("vectors")) {
            for (JsonElement round : element.getAsJsonObject().getAsJsonArray("round1")) {
                JsonObject possession = round.getAsJsonObject().getAsJsonObject("pop_intermediate");
                byte[] nonceInput = Vectors.hex(possession, "nonce_input");
                Scalar secret = Scalar.decode(Arrays.copyOfRange(nonceInput, NONCE_PREFIX, NONCE_PREFIX + 32))
                        .orElseThrow();

                byte[] signature = Schnorr.sign(secret, Vectors.hex(possession, "message"), entropy);

                assertThat(signature).isEqualTo(Vectors.hex(round.getAsJsonObject(), "pop"));
            }
        }
    }

    @Test
    void allPartiesAgreeOnAKeyThatNoneHolds() {
        for (int[] shape : new int[][] {{1, 1}, {2, 2}, {2, 3}, {3, 5}, {7, 14}}) {
            Custodians custodians = Custodians.born(shape[0], shape[1], entropy);

            assertThat(custodians.ends.values())
                    .hasSize(shape[1])
                    .allSatisfy(
                            end -> assertThat(((CeremonyStep.Done) end).key()).isEqualTo(custodians.key));
            assertThat(custodians.shares.values()).allMatch(share -> share.belongsTo(custodians.key, entropy));
            assertThat(custodians.key.recipient().toString()).startsWith("age1");
        }
    }

    @Test
    void aSilentPartyIsNamedAndNobodyGetsAKey() {
        Custodians custodians = new Custodians(3, entropy);

        custodians.ceremony(2, envelope -> envelope.from() == 2 ? null : envelope);

        assertThat(custodians.blamedBy(1)).containsExactly(new Blame(2, Blame.Kind.SILENT));
        assertThat(custodians.blamedBy(3)).containsExactly(new Blame(2, Blame.Kind.SILENT));
        assertThat(custodians.key).isNull();
    }

    @Test
    void aPartyThatChangesItsMindAfterSeeingOthersIsNamed() {
        expectBlame(Blame.Kind.BROKEN_ANNOUNCEMENT, c -> {
            List<ByteString> sealed = new ArrayList<>(c.sealedShares());
            sealed.set(2, ByteString.copyFrom(entropy.bytes(48)));
            return new Contribution(c.commitments(), c.possession(), c.ephemeral(), sealed);
        });
    }

    @Test
    void twoDifferentMessagesOfOnePartyAreEquivocation() {
        Custodians custodians = new Custodians(2, entropy);
        Session own = new Session(ByteString.copyFromUtf8("s"), 1, custodians.publicKeys(), ByteString.EMPTY);
        Ceremony ceremony = Ceremony.join(own, custodians.parties.get(0), entropy);
        ceremony.start();
        ceremony.receive(2, new CeremonyMessage.Certified(ByteString.copyFromUtf8("a")));

        List<CeremonyStep> steps = ceremony.receive(2, new CeremonyMessage.Certified(ByteString.copyFromUtf8("b")));

        assertThat(steps).containsExactly(new CeremonyStep.Abort(List.of(new Blame(2, Blame.Kind.EQUIVOCATION))));
        assertThat(ceremony.receive(2, new CeremonyMessage.Certified(ByteString.copyFromUtf8("a"))))
                .isEmpty();
    }

    @Test
    void aLiarWhoAnnouncedHisLieIsNamed() {
        expectAnnouncedLie(
                Blame.Kind.BAD_PROOF,
                c -> new Contribution(
                        c.commitments(), ByteString.copyFrom(new byte[64]), c.ephemeral(), c.sealedShares()));
        expectAnnouncedLie(
                Blame.Kind.SEALED_SHARE,
                c -> new Contribution(
                        c.commitments(),
                        c.possession(),
                        c.ephemeral(),
                        c.sealedShares().stream()
                                .map(s -> ByteString.copyFrom(new byte[48]))
                                .toList()));
        expectAnnouncedLie(
                Blame.Kind.MALFORMED,
                c -> new Contribution(
                        new Commitments(List.of(c.commitments().constant())),
                        c.possession(),
                        c.ephemeral(),
                        c.sealedShares()));
        expectAnnouncedLie(
                Blame.Kind.MALFORMED,
                c -> new Contribution(c.commitments(), c.possession(), Point.IDENTITY, c.sealedShares()));
        expectAnnouncedLie(
                Blame.Kind.MALFORMED, c -> new Contribution(c.commitments(), c.possession(), c.ephemeral(), List.of()));
    }

    @Test
    void shareThatDoesNotFitItsCommitmentsIsNamed() {
        Custodians custodians = new Custodians(2, entropy);
        Session session = new Session(ByteString.copyFromUtf8("s"), 2, custodians.publicKeys(), ByteString.EMPTY);
        Party liar = custodians.parties.get(1);
        Contribution honest = contribution(session, liar);
        Scalar ephemeral = Scalar.random(entropy);
        Point ephemeralKey = Point.baseTimes(ephemeral, entropy);
        Scalar secret = Scalar.random(entropy);
        Commitments commitments = new Commitments(List.of(
                Point.baseTimes(secret, entropy), honest.commitments().points().get(1)));
        ByteString context = ByteString.copyFrom(session.context());
        ShareSealing.Route route = new ShareSealing.Route(ephemeralKey, session.party(2), session.party(1), context);
        ByteString foreign = ShareSealing.seal(Scalar.of(5), ephemeral, liar.secret(), route, entropy);
        byte[] proof = Schnorr.sign(secret, Contribution.claim(session.context(), commitments, ephemeralKey), entropy);
        Contribution lie =
                new Contribution(commitments, ByteString.copyFrom(proof), ephemeralKey, List.of(foreign, foreign));

        assertThat(blame(session, custodians.parties.get(0), lie)).isEqualTo(new Blame(2, Blame.Kind.BAD_SHARE));
    }

    @Test
    void aForgedCertificateIsNamedAndNobodyElseIs() {
        Custodians custodians = new Custodians(3, entropy);

        custodians.ceremony(
                2,
                envelope -> envelope.from() == 3 && envelope.message() instanceof CeremonyMessage.Certified
                        ? new Custodians.Envelope(
                                3, envelope.to(), new CeremonyMessage.Certified(ByteString.copyFrom(new byte[64])))
                        : envelope);

        assertThat(custodians.blamedBy(1)).containsExactly(new Blame(3, Blame.Kind.BAD_CERTIFICATE));
    }

    @Test
    void contributionsAreReadAsTheyAreWrittenAndNothingElse() {
        Custodians custodians = new Custodians(3, entropy);
        Session session = new Session(ByteString.copyFromUtf8("s"), 2, custodians.publicKeys(), ByteString.EMPTY);
        Contribution contribution = contribution(session, custodians.parties.get(0));
        byte[] wire = contribution.encode();

        assertThat(Contribution.decode(wire, 2, 3)).contains(contribution);
        assertThat(Contribution.decode(wire, 3, 3)).isEmpty();
        assertThat(Contribution.decode(wire, 2, 2)).isEmpty();
        assertThat(Contribution.decode(Arrays.copyOf(wire, wire.length - 1), 2, 3))
                .isEmpty();
        assertThat(Contribution.decode(Arrays.copyOf(wire, wire.length + 1), 2, 3))
                .isEmpty();
        byte[] identity = wire.clone();
        System.arraycopy(Point.IDENTITY.encode(), 0, identity, 0, 32);
        assertThat(Contribution.decode(identity, 2, 3)).isEmpty();
    }

    @Test
    void sessionsWithImpossiblePartiesAreRefused() {
        List<Point> keys = new Custodians(3, entropy).publicKeys();
        ByteString id = ByteString.copyFromUtf8("s");

        for (Runnable impossible : List.<Runnable>of(
                () -> new Session(id, 0, keys, ByteString.EMPTY),
                () -> new Session(id, 4, keys, ByteString.EMPTY),
                () -> new Session(ByteString.EMPTY, 2, keys, ByteString.EMPTY),
                () -> new Session(id, 1, List.of(), ByteString.EMPTY),
                () -> new Session(id, 2, List.of(keys.get(0), keys.get(0)), ByteString.EMPTY),
                () -> new Session(id, 1, List.of(Point.IDENTITY), ByteString.EMPTY))) {
            assertThatThrownBy(impossible::run).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void expectBlame(Blame.Kind kind, UnaryOperator<Contribution> lie) {
        Custodians custodians = new Custodians(3, entropy);

        custodians.ceremony(
                2,
                envelope -> envelope.from() == 1 && envelope.message() instanceof Contribution c
                        ? new Custodians.Envelope(1, envelope.to(), lie.apply(c))
                        : envelope);

        assertThat(custodians.blamedBy(2)).containsExactly(new Blame(1, kind));
        assertThat(custodians.blamedBy(3)).containsExactly(new Blame(1, kind));
        assertThat(custodians.key).isNull();
    }

    private void expectAnnouncedLie(Blame.Kind kind, UnaryOperator<Contribution> lie) {
        Custodians custodians = new Custodians(2, entropy);
        Session session = new Session(ByteString.copyFromUtf8("s"), 2, custodians.publicKeys(), ByteString.EMPTY);
        Contribution told = lie.apply(contribution(session, custodians.parties.get(1)));

        assertThat(blame(session, custodians.parties.get(0), told)).isEqualTo(new Blame(2, kind));
    }

    private Blame blame(Session session, Party honest, Contribution lie) {
        Ceremony ceremony = Ceremony.join(session, honest, entropy);
        ceremony.start();
        ceremony.receive(2, new CeremonyMessage.Announced(lie.hash(session.context())));
        List<CeremonyStep> steps = ceremony.receive(2, lie);
        return only(steps, CeremonyStep.Abort.class).blamed().get(0);
    }

    private Contribution contribution(Session session, Party party) {
        Polynomial polynomial = Polynomial.random(session.threshold(), entropy);
        return Ceremony.contribution(session, party, polynomial, Scalar.random(entropy), entropy);
    }

    private List<CeremonyStep> run(
            Session session, Party self, List<Contribution> contributions, JsonArray signatures) {
        Ceremony ceremony = Ceremony.with(session, self, contributions.get(self.index() - 1), entropy);
        List<CeremonyStep> steps = new ArrayList<>(ceremony.start());
        byte[] context = session.context();
        for (int from = 1; from <= session.size(); from++) {
            steps.addAll(ceremony.receive(
                    from,
                    new CeremonyMessage.Announced(contributions.get(from - 1).hash(context))));
        }
        for (int from = 1; from <= session.size(); from++) {
            steps.addAll(ceremony.receive(from, contributions.get(from - 1)));
        }
        for (JsonElement signature : signatures) {
            int signer = signature.getAsJsonObject().get("signer_id").getAsInt();
            ByteString bytes = ByteString.copyFrom(Vectors.hex(signature.getAsJsonObject(), "signature"));
            steps.addAll(ceremony.receive(signer, new CeremonyMessage.Certified(bytes)));
        }
        return steps;
    }

    private static List<Party> parties(JsonObject vector) {
        List<Party> parties = new ArrayList<>();
        for (JsonElement secret : vector.getAsJsonObject("config").getAsJsonArray("static_secret_keys")) {
            parties.add(new Party(
                    parties.size() + 1,
                    Scalar.decode(Vectors.hex(secret.getAsString())).orElseThrow()));
        }
        return parties;
    }

    private static List<Contribution> contributions(JsonObject vector) {
        List<Contribution> contributions = new ArrayList<>();
        for (JsonElement element : vector.getAsJsonArray("round1")) {
            JsonObject round = element.getAsJsonObject();
            List<Point> points = new ArrayList<>();
            round.getAsJsonArray("vss_commitment")
                    .forEach(p -> points.add(
                            Point.decodePrimeOrder(Vectors.hex(p.getAsString())).orElseThrow()));
            List<ByteString> sealed = new ArrayList<>();
            round.getAsJsonArray("encrypted_shares")
                    .forEach(s -> sealed.add(ByteString.copyFrom(Vectors.hex(s.getAsString()))));
            contributions.add(new Contribution(
                    new Commitments(points),
                    ByteString.copyFrom(Vectors.hex(round, "pop")),
                    Point.decodePrimeOrder(Vectors.hex(round, "ephemeral_public_key"))
                            .orElseThrow(),
                    sealed));
        }
        return contributions;
    }

    private static <T> T only(List<CeremonyStep> steps, Class<T> type) {
        List<T> found = steps.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }
}
