package beacon.index.tree.note;

import static beacon.index.tree.note.SignedNoteTest.assertReason;
import static beacon.index.tree.note.SignedNoteTest.seed;
import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.tree.note.NoteException.Reason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NoteVerifierTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));

    @Test
    void everySchemeHasAKeyTextThatReadsBack() {
        for (NoteSigner signer : List.of(
                Ed25519Signer.ofNotes("a", seed(1)),
                Ed25519Signer.ofCosignatures("b", seed(2), CLOCK),
                new MlDsa44Signer("c", seed(3), CLOCK))) {
            NoteVerifier read = NoteVerifier.parse(signer.verifier().vkey());

            assertThat(read).isEqualTo(signer.verifier());
            assertThat(read.scheme()).isSameAs(signer.verifier().scheme());
            assertThat(read.vkey()).isEqualTo(signer.verifier().vkey());
        }
    }

    @Test
    void sameKeyInAnotherSchemeHasAnotherId() {
        assertThat(Ed25519Signer.ofNotes("a", seed(1)).verifier().keyId())
                .isNotEqualTo(Ed25519Signer.ofCosignatures("a", seed(1), CLOCK)
                        .verifier()
                        .keyId());
    }

    @Test
    void refusesMalformedKeys() {
        String good = Ed25519Signer.ofNotes("name", seed(1)).verifier().vkey();
        String key = good.substring(good.lastIndexOf('+', 20) + 1);

        for (String bad : List.of(
                "",
                "name",
                "name+00000000",
                "+" + good.substring(good.indexOf('+') + 1),
                good.replace("name", "na me"),
                good.replace("name", "eman"),
                good.substring(0, good.length() - 1),
                good + "A",
                good.toUpperCase(java.util.Locale.ROOT),
                "name+" + "00000000+" + key,
                "name+00000000+")) {
            assertReason(Reason.KEY, () -> NoteVerifier.parse(bad));
        }
        String otherType = Base64.getEncoder().encodeToString(new byte[] {0x02, 1, 2, 3});
        assertReason(Reason.KEY_TYPE, () -> NoteVerifier.parse("name+00000000+" + otherType));
    }

    @Test
    void refusesAKeyOfLowOrder() {
        byte[] identity = new byte[32];
        identity[0] = 1;

        assertReason(Reason.KEY, () -> new NoteVerifier(Ed25519Scheme.NOTE, "name", identity));
        assertReason(Reason.KEY, () -> Ed25519Signer.ofNotes("name", new byte[31]));
        assertReason(Reason.KEY, () -> new MlDsa44Signer("name", new byte[31], CLOCK));
    }

    @Test
    void ed25519KeyIsThatOfTheFirstTestOfRfc8032() {
        byte[] seed = HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        byte[] key = HexFormat.of().parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

        assertThat(Ed25519Signer.ofNotes("n", seed).verifier())
                .isEqualTo(new NoteVerifier(Ed25519Scheme.NOTE, "n", key));
    }

    @Property(tries = 1000)
    void anyTextIsAKeyThatPrintsTheSameOrATypedError(@ForAll String text) {
        try {
            assertThat(NoteVerifier.parse(text).vkey()).isEqualTo(text);
        } catch (NoteException e) {
            assertThat(e.reason()).isIn(Reason.KEY, Reason.KEY_TYPE, Reason.NOTE);
        }
    }
}
