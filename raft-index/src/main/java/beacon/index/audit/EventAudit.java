package beacon.index.audit;

import beacon.index.tree.Hash;
import beacon.index.tree.MerkleProofs;
import beacon.index.tree.ProofException;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.NoteException;
import beacon.index.tree.note.NoteVerifier;
import beacon.model.MalformedRecord;
import beacon.model.RecordedHeader;
import java.util.List;

/** Checks, from bytes alone, that an event is in the history that a trusted member signed for. */
public final class EventAudit {
    private EventAudit() {}

    /**
     * Where an event is said to be.
     *
     * @param leafIndex its sequence - 1
     * @param size of the tree that the proof is for
     * @param proof the hash next to the leaf comes first
     */
    public record Place(long leafIndex, long size, List<Hash> proof) {
        public Place {
            proof = List.copyOf(proof);
        }
    }

    /**
     * Returns the checkpoint that vouches for the event.
     *
     * @param recorded exact bytes of the recorded event
     * @param checkpoint signed note
     * @throws NoteException when no trusted key with the name of the origin signed the checkpoint
     * @throws ProofException when the proof, the size or the event's own sequence does not fit
     * @throws MalformedRecord when the bytes are not a recorded event
     */
    public static Checkpoint verify(byte[] recorded, Place place, String checkpoint, List<NoteVerifier> trusted) {
        Checkpoint signed = Checkpoint.open(checkpoint, trusted);
        if (signed.size() != place.size()) {
            throw new ProofException(
                    ProofException.Reason.SIZE,
                    "expected a proof for size %d of the checkpoint, but found one for %d"
                            .formatted(signed.size(), place.size()));
        }
        long sequence = RecordedHeader.read(recorded).sequence();
        if (sequence - 1 != place.leafIndex()) {
            throw new ProofException(
                    ProofException.Reason.INDEX,
                    "expected leaf index %d of sequence %d, but found %d"
                            .formatted(sequence - 1, sequence, place.leafIndex()));
        }
        Hash leaf = new TreeHasher().leaf(recorded);
        MerkleProofs.verifyInclusion(leaf, place.leafIndex(), place.size(), place.proof(), signed.root());
        return signed;
    }
}
