package beacon.index.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.tree.Hash;
import beacon.index.tree.MemoryNodes;
import beacon.index.tree.ProofException;
import beacon.index.tree.ProofMaker;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.Ed25519Signer;
import beacon.index.tree.note.NoteException;
import beacon.index.tree.note.NoteVerifier;
import beacon.index.tree.note.SignedNote;
import beacon.index.tree.tiles.TamperedJournal;
import beacon.model.MalformedRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventAuditTest {
    private static final String ORIGIN = "beacon.example/test";

    private final Ed25519Signer signer = Ed25519Signer.ofNotes(ORIGIN, new byte[32]);
    private final List<NoteVerifier> trusted =
            List.of(NoteVerifier.parse(signer.verifier().vkey()));
    private final TamperedJournal journal = TamperedJournal.of(100);
    private final ProofMaker maker = new ProofMaker(tree());
    private final String note = SignedNote.sign(new Checkpoint(ORIGIN, 100, maker.root(100)).text(), List.of(signer))
            .encode();
    private final EventAudit.Place place = new EventAudit.Place(41, 100, maker.inclusion(41, 100));

    @Test
    void acceptsAnEventWithItsProofAndASignedCheckpoint() {
        Checkpoint checkpoint = EventAudit.verify(journal.get(42), place, note, trusted);

        assertThat(checkpoint).isEqualTo(new Checkpoint(ORIGIN, 100, maker.root(100)));
    }

    @Test
    void rejectsAChangedEvent() {
        byte[] changed = TamperedJournal.event(42).setActor("mallory").build().toByteArray();

        assertThatThrownBy(() -> EventAudit.verify(changed, place, note, trusted))
                .isInstanceOfSatisfying(
                        ProofException.class, e -> assertThat(e.reason()).isEqualTo(ProofException.Reason.ROOT));
        assertThatThrownBy(() -> EventAudit.verify(new byte[3], place, note, trusted))
                .isInstanceOf(MalformedRecord.class);
    }

    @Test
    void rejectsAnEventInAnotherPlace() {
        assertReason(ProofException.Reason.INDEX, new EventAudit.Place(42, 100, maker.inclusion(42, 100)));
        assertReason(ProofException.Reason.SIZE, new EventAudit.Place(41, 99, maker.inclusion(41, 99)));
        assertReason(ProofException.Reason.TOO_SHORT, new EventAudit.Place(41, 100, List.<Hash>of()));
    }

    @Test
    void rejectsACheckpointThatNoTrustedKeySigned() {
        Ed25519Signer other = Ed25519Signer.ofNotes("beacon.example/other", new byte[32]);
        String otherName =
                SignedNote.sign(SignedNote.parse(note).text(), List.of(other)).encode();

        assertThatThrownBy(() -> EventAudit.verify(journal.get(42), place, note, List.of(other.verifier())))
                .isInstanceOf(NoteException.class);
        assertThatThrownBy(() -> EventAudit.verify(journal.get(42), place, otherName, List.of(other.verifier())))
                .isInstanceOf(NoteException.class);
        assertThatThrownBy(() -> EventAudit.verify(journal.get(42), place, note.replace("\n100\n", "\n101\n"), trusted))
                .isInstanceOf(NoteException.class);
    }

    private void assertReason(ProofException.Reason reason, EventAudit.Place wrong) {
        assertThatThrownBy(() -> EventAudit.verify(journal.get(42), wrong, note, trusted))
                .isInstanceOfSatisfying(
                        ProofException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private MemoryNodes tree() {
        MemoryNodes nodes = new MemoryNodes();
        for (int sequence = 1; sequence <= 100; sequence++) {
            nodes.append(journal.get(sequence));
        }
        return nodes;
    }
}
