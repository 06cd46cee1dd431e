package beacon.index.tree.tiles;

import beacon.index.journal.Journal;
import beacon.index.tree.Hash;
import beacon.index.tree.ProofException;
import beacon.index.tree.ProofMaker;
import beacon.index.tree.TreeFrontier;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.NoteSigner;
import beacon.index.tree.note.NoteVerifier;
import beacon.index.tree.note.SignedNote;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One member's transparency log: the tree over its journal, proofs and signed checkpoints. Leaf i is the recorded bytes
 * of sequence i + 1.
 *
 * <p><b>Threads.</b> {@link #append} and {@link #encodeFrontier} belong to the apply thread. Everything else may be
 * called by any thread at any time and sees every append that returned before. Reads may do file I/O, and more of it
 * when tiles have to be repaired from the journal; so keep them off the apply thread. A repair that meets a damaged
 * record ends in the journal's own {@code JournalException.Damaged}.
 */
public final class TransparencyLog {
    private final TreeHasher hasher = new TreeHasher();
    private final byte[] leaf = new byte[Hash.BYTES];
    private final TreeFrontier frontier;
    private final HashTileStore store;
    private final TileFiles files;
    private final Journal journal;
    private final NoteSigner signer;
    private volatile @Nullable Signed newest;

    private TransparencyLog(
            TreeFrontier frontier, HashTileStore store, TileFiles files, Journal journal, NoteSigner signer) {
        this.frontier = frontier;
        this.store = store;
        this.files = files;
        this.journal = journal;
        this.signer = signer;
    }

    /**
     * Opens the log where a snapshot left it. The next append is that of sequence {@link #size()} + 1, which may be one
     * that tile files already have.
     *
     * @param folder of this log alone; open it once
     * @param encodedFrontier what {@link #encodeFrontier()} gave; empty for a log without events
     * @param journal has at least the frontier's events; read to repair tiles and to publish
     * @param signer its key name is the origin of the log
     * @param tileWriter runs short file writes, one for 256 appends; a single thread is enough
     * @throws ProofException when the frontier is malformed
     * @throws TileException when the journal is shorter than the frontier or leads to another root, or files fail
     */
    public static TransparencyLog open(
            Path folder, byte[] encodedFrontier, Journal journal, NoteSigner signer, Executor tileWriter) {
        TreeFrontier frontier = encodedFrontier.length == 0 ? new TreeFrontier() : TreeFrontier.decode(encodedFrontier);
        TileFiles files = TileFiles.open(folder);
        HashTileStore store = HashTileStore.open(files, new JournalLeaves(journal), frontier, tileWriter);
        return new TransparencyLog(frontier, store, files, journal, signer);
    }

    /**
     * Publishes this log in its folder. At most one publisher at a time.
     *
     * @param sync whether published files must survive a power cut; without, what was lost is not published again
     */
    public TilePublisher publisher(boolean sync) {
        return new TilePublisher(this, journal, sync ? files.synced() : files);
    }

    /** Appends the event that is in the first {@code length} bytes. Apply thread only. */
    public void append(byte[] recorded, int length) {
        hasher.leaf(recorded, length, leaf, 0);
        frontier.append(leaf, 0);
        store.add(frontier);
    }

    /** The frontier, to be kept in a snapshot. Apply thread only. */
    public byte[] encodeFrontier() {
        return frontier.encode();
    }

    /** Number of leaves, which is the last sequence. */
    public long size() {
        return store.size();
    }

    /** Root at the present size. */
    public Hash root() {
        return rootAt(size());
    }

    /**
     * Root of the tree of an earlier size.
     *
     * @throws ProofException when the log is smaller
     * @throws TileException when tiles are damaged beyond repair
     */
    public Hash rootAt(long size) {
        requireWithin(size);
        return new ProofMaker(store).root(size);
    }

    /**
     * Proof that a leaf is in the tree of the given size.
     *
     * @throws ProofException when the leaf is not, or the log is smaller
     * @throws TileException when tiles are damaged beyond repair
     */
    public List<Hash> inclusionProof(long leafIndex, long size) {
        requireWithin(size);
        return new ProofMaker(store).inclusion(leafIndex, size);
    }

    /**
     * Proof that the tree of the old size is a prefix of that of the new size.
     *
     * @throws ProofException when the sizes are not in order, the log is smaller, or only the old tree is empty
     * @throws TileException when tiles are damaged beyond repair
     */
    public List<Hash> consistencyProof(long oldSize, long newSize) {
        requireWithin(newSize);
        return new ProofMaker(store).consistency(oldSize, newSize);
    }

    /** Signed checkpoint of the present size. Signed once per size, however often it is asked for. */
    public String checkpoint() {
        return signedCheckpoint().note();
    }

    /** Signed checkpoint of the present size, with that size. */
    public Signed signedCheckpoint() {
        Signed known = newest;
        long size = size();
        if (known != null && known.size() == size) {
            return known;
        }
        Signed fresh = new Signed(size, checkpointAt(size));
        newest = fresh;
        return fresh;
    }

    /**
     * Signed checkpoint of an earlier size.
     *
     * @throws ProofException when the log is smaller
     */
    public String checkpointAt(long size) {
        Checkpoint checkpoint = new Checkpoint(signer.verifier().name(), size, rootAt(size));
        return SignedNote.sign(checkpoint.text(), List.of(signer)).encode();
    }

    /** The key that checkpoints are signed with. */
    public NoteVerifier verifier() {
        return signer.verifier();
    }

    /** How many tile files could not be written since the log was opened. */
    public long failedTileWrites() {
        return store.failedWrites();
    }

    HashTileStore store() {
        return store;
    }

    private void requireWithin(long size) {
        if (size > size()) {
            throw new ProofException(
                    ProofException.Reason.SIZE, "expected a size up to %d, but found %d".formatted(size(), size));
        }
    }

    /**
     * A signed checkpoint.
     *
     * @param size number of leaves it speaks of
     * @param note its text with the signature
     */
    public record Signed(long size, String note) {}
}
