package beacon.index.tree.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.tree.note.NoteException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SignedNoteTest {
    private static final String TEXT = "first\n\nlast\n";

    private final Ed25519Signer anna = Ed25519Signer.ofNotes("example.com/anna", seed(1));
    private final Ed25519Signer bert = Ed25519Signer.ofNotes("example.com/bert", seed(2));

    @Test
    void severalKeysSignOneNote() {
        SignedNote note =
                SignedNote.parse(SignedNote.sign(TEXT, List.of(anna, bert)).encode());

        assertThat(note.text()).isEqualTo(TEXT);
        assertThat(note.open(List.of(bert.verifier(), anna.verifier())))
                .containsExactly(bert.verifier(), anna.verifier());
        assertThat(note.open(List.of(anna.verifier()))).containsExactly(anna.verifier());
    }

    @Test
    void keepsAndIgnoresSignaturesByUnknownKeys() {
        NoteSignature unknown = new NoteSignature("example.com/anna", 7, new byte[] {1});
        String text = SignedNote.sign(TEXT, List.of(bert)).with(unknown).encode();

        SignedNote note = SignedNote.parse(text);

        assertThat(note.open(List.of(bert.verifier(), anna.verifier()))).containsExactly(bert.verifier());
        assertThat(note.signatures()).contains(unknown);
        assertThat(note.encode()).isEqualTo(text);
    }

    @Test
    void rejectsANoteWhoseTrustedSignatureIsWrong() {
        SignedNote note = SignedNote.sign(TEXT, List.of(anna, bert));
        SignedNote other = new SignedNote("other\n", note.signatures());

        assertReason(Reason.SIGNATURE, () -> other.open(List.of(anna.verifier())));
        NoteSignature shortened =
                new NoteSignature(anna.verifier().name(), anna.verifier().keyId(), new byte[] {1});
        assertReason(
                Reason.SIGNATURE,
                () -> SignedNote.sign(TEXT, List.of(bert))
                        .with(shortened)
                        .open(List.of(bert.verifier(), anna.verifier())));
    }

    @Test
    void rejectsANoteThatNoTrustedKeySigned() {
        SignedNote note = SignedNote.sign(TEXT, List.of(anna));

        assertReason(Reason.UNTRUSTED, () -> note.open(List.of(bert.verifier())));
        assertReason(Reason.UNTRUSTED, () -> note.open(List.of()));
    }

    @Test
    void refusesMalformedNotes() {
        String good = SignedNote.sign("text\n", List.of(anna)).encode();
        String line = good.substring("text\n\n".length());

        for (String bad : List.of(
                "",
                "\n",
                "text\n",
                "text\n\n",
                "text" + "\n" + line,
                "\n" + line,
                good.substring(0, good.length() - 1),
                good + "\n",
                good + "x\n",
                good.replace("\u2014 ", "- "),
                good.replace("\u2014 ", "\u2014"),
                good.replace("text", "te\txt"),
                good.replace("text", "te\rxt"),
                good.replace("text", "te\ud800xt"),
                good.replace("anna", "an+na"),
                good.replace("anna", "an\u00a0na"),
                good.replace("example.com/anna", ""),
                good.replaceAll("[A-Za-z0-9+/]{4}=*\n$", "\n"),
                "text\n\n\u2014 example.com/anna AAAAAA==\n",
                "text\n\n\u2014 example.com/anna AAAAAAE\n",
                "text\n\n\u2014 example.com/anna AAAAAAF=\n",
                "text\n\n\u2014 example.com/anna  AAAAAAE=\n",
                "text\n\n\u2014 example.com/anna\n")) {
            assertThatThrownBy(() -> SignedNote.parse(bad).open(List.of(anna.verifier())))
                    .as(bad)
                    .isInstanceOf(NoteException.class);
        }
        assertReason(Reason.NOTE, () -> SignedNote.parse(new byte[] {(byte) 0xff, '\n'}));
    }

    @Test
    void refusesNotesBeyondTheLimits() {
        NoteSignature signature = anna.signature("text\n");
        String line = SignedNote.sign("text\n", List.of(anna)).encode().substring("text\n\n".length());

        assertThat(SignedNote.parse("text\n\n" + line.repeat(SignedNote.MAX_SIGNATURES))
                        .signatures())
                .hasSize(SignedNote.MAX_SIGNATURES);
        assertReason(Reason.TOO_LARGE, () -> SignedNote.parse("text\n\n" + line.repeat(SignedNote.MAX_SIGNATURES + 1)));
        assertReason(
                Reason.TOO_LARGE,
                () -> new SignedNote("text\n", Collections.nCopies(SignedNote.MAX_SIGNATURES + 1, signature)));
        assertReason(Reason.TOO_LARGE, () -> SignedNote.parse("\u00e4".repeat(SignedNote.MAX_BYTES / 2 + 1)));
        assertReason(Reason.TOO_LARGE, () -> SignedNote.parse(new byte[SignedNote.MAX_BYTES + 1]));
    }

    @Property(tries = 2000)
    void neverAcceptsADamagedNoteAsTrusted(
            @ForAll @IntRange(min = 0, max = 10_000) int where, @ForAll byte what, @ForAll boolean insert) {
        byte[] good = SignedNote.sign(TEXT, List.of(anna)).encode().getBytes(StandardCharsets.UTF_8);
        byte[] bad = damage(good, where % good.length, what, insert);

        try {
            SignedNote note = SignedNote.parse(bad);
            assertThat(note.encode().getBytes(StandardCharsets.UTF_8)).isEqualTo(bad);
            note.open(List.of(anna.verifier()));
            assertThat(note.text()).isEqualTo(TEXT);
        } catch (NoteException e) {
            assertThat(e.reason()).isNotNull();
        }
    }

    @Property(tries = 2000)
    void anyBytesAreANoteThatPrintsTheSameOrATypedError(@ForAll byte[] bytes) {
        try {
            assertThat(SignedNote.parse(bytes).encode().getBytes(StandardCharsets.UTF_8))
                    .isEqualTo(bytes);
        } catch (NoteException e) {
            assertThat(e.reason()).isNotNull();
        }
    }

    private static byte[] damage(byte[] good, int where, byte what, boolean insert) {
        byte[] bad = Arrays.copyOf(good, insert ? good.length + 1 : good.length);
        if (insert) {
            System.arraycopy(good, where, bad, where + 1, good.length - where);
        }
        bad[where] = what;
        return bad;
    }

    static void assertReason(Reason reason, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        NoteException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    static byte[] seed(int fill) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) fill);
        return seed;
    }
}
