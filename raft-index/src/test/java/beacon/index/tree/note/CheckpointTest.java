package beacon.index.tree.note;

import static beacon.index.tree.note.SignedNoteTest.assertReason;
import static beacon.index.tree.note.SignedNoteTest.seed;
import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.tree.Hash;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.note.NoteException.Reason;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CheckpointTest {
    private static final Hash ROOT = TreeHasher.emptyRoot();
    private static final String ORIGIN = "example.com/log";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));

    private final Checkpoint checkpoint = new Checkpoint(ORIGIN, 12, ROOT);
    private final Ed25519Signer log = Ed25519Signer.ofNotes(ORIGIN, seed(1));
    private final Ed25519Signer otherMember = Ed25519Signer.ofNotes(ORIGIN, seed(2));
    private final Ed25519Signer witness = Ed25519Signer.ofCosignatures("w.example.com", seed(3), CLOCK);
    private final MlDsa44Signer quantumWitness = new MlDsa44Signer("q.example.com", seed(4), CLOCK);

    @Test
    void textIsOriginSizeAndRoot() {
        assertThat(checkpoint.text()).isEqualTo("example.com/log\n12\n" + ROOT + "\n");
        assertThat(Checkpoint.parse(checkpoint.text())).isEqualTo(checkpoint);
    }

    @Property
    void everyCheckpointReadsBack(@ForAll @LongRange(min = 0) long size, @ForAll boolean extended) {
        Checkpoint some = new Checkpoint(ORIGIN, size, ROOT, extended ? List.of("x y", "z") : List.of());

        assertThat(Checkpoint.parse(some.text())).isEqualTo(some);
    }

    @Test
    void refusesMalformedCheckpoints() {
        String root = ROOT.toString();
        for (String bad : List.of(
                "",
                "\n",
                "o\n1\n",
                "o\n1\n" + root,
                "\n1\n" + root + "\n",
                "o\n01\n" + root + "\n",
                "o\n-1\n" + root + "\n",
                "o\n+1\n" + root + "\n",
                "o\n1 \n" + root + "\n",
                "o\n\u0661\n" + root + "\n",
                "o\n9223372036854775808\n" + root + "\n",
                "o\n1\n" + root.substring(4) + "\n",
                "o\n1\n" + root.replace("=", "") + "\n",
                "o\n1\n" + root + "\n\n",
                "o\n1\n" + root + "\nx\n\n")) {
            assertReason(Reason.CHECKPOINT, () -> Checkpoint.parse(bad));
        }
        assertReason(Reason.CHECKPOINT, () -> new Checkpoint("a\nb", 1, ROOT));
        assertReason(Reason.CHECKPOINT, () -> new Checkpoint("a", -1, ROOT));
        assertReason(Reason.CHECKPOINT, () -> new Checkpoint("a", 1, ROOT, List.of("")));
    }

    @Property(tries = 1000)
    void anyTextIsACheckpointThatPrintsTheSameOrATypedError(@ForAll String text) {
        try {
            assertThat(Checkpoint.parse(text).text()).isEqualTo(text);
        } catch (NoteException e) {
            assertThat(e.reason()).isEqualTo(Reason.CHECKPOINT);
        }
    }

    @Test
    void anyTrustedMemberSpeaksForTheLog() {
        List<NoteVerifier> trusted = List.of(log.verifier(), otherMember.verifier());

        assertThat(Checkpoint.open(signed(log), trusted)).isEqualTo(checkpoint);
        assertThat(Checkpoint.open(signed(otherMember), trusted)).isEqualTo(checkpoint);
        assertReason(Reason.UNTRUSTED, () -> Checkpoint.open(signed(otherMember), List.of(log.verifier())));
    }

    @Test
    void aCosignatureAloneDoesNotSpeakForTheLog() {
        List<NoteVerifier> trusted = List.of(log.verifier(), witness.verifier(), quantumWitness.verifier());

        assertReason(Reason.UNTRUSTED, () -> Checkpoint.open(signed(witness, quantumWitness), trusted));
        assertThat(SignedNote.parse(signed(log, witness, quantumWitness)).open(trusted))
                .isEqualTo(trusted);
    }

    @Test
    void cosignaturesCarryTheirTimeAndBindTheCheckpoint() {
        for (NoteSigner signer : List.of(witness, quantumWitness)) {
            NoteSignature signature = signer.signature(checkpoint.text());
            byte[] otherTime = signature.signature();
            otherTime[7] ^= 1;
            String otherText = new Checkpoint(ORIGIN, 13, ROOT).text();

            assertThat(ByteBuffer.wrap(signature.signature()).getLong()).isEqualTo(1_700_000_000);
            assertThat(signer.verifier().verifies(checkpoint.text(), signature)).isTrue();
            assertThat(signer.verifier().verifies(otherText, signature)).isFalse();
            assertThat(signer.verifier()
                            .verifies(
                                    checkpoint.text(),
                                    new NoteSignature(signature.name(), signature.keyId(), otherTime)))
                    .isFalse();
            assertReason(Reason.CHECKPOINT, () -> signer.signature("no checkpoint\n"));
        }
    }

    @Test
    void mlDsaSignsNoCheckpointWithExtensions() {
        String text = new Checkpoint(ORIGIN, 12, ROOT, List.of("more")).text();

        assertReason(Reason.CHECKPOINT, () -> quantumWitness.signature(text));
        assertThat(quantumWitness.verifier().verifies(text, quantumWitness.signature(checkpoint.text())))
                .isFalse();
    }

    /** The message is rebuilt here from the published structure, so that a slip in the layout shows. */
    @Test
    void mlDsaSignsTheStructureOfTheCosignatureText() {
        byte[] name = "q.example.com".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] origin = ORIGIN.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        ByteBuffer expected = ByteBuffer.allocate(12 + 1 + 13 + 8 + 1 + 15 + 8 + 8 + 32);
        expected.put(new byte[] {'s', 'u', 'b', 't', 'r', 'e', 'e', '/', 'v', '1', '\n', 0});
        expected.put((byte) 13).put(name).putLong(5).put((byte) 15).put(origin);
        expected.putLong(0).putLong(12).put(ROOT.bytes());

        assertThat(MlDsa44Scheme.cosigned("q.example.com", 5, checkpoint)).isEqualTo(expected.array());
    }

    private String signed(NoteSigner... signers) {
        return SignedNote.sign(checkpoint.text(), List.of(signers)).encode();
    }
}
