package beacon.index.tree.tiles;

import beacon.index.journal.Journal;
import beacon.index.log.RecordReader;
import beacon.index.tree.Hash;
import beacon.index.tree.TreeHasher;

/** Leaf hashes, computed again from the journal. Safe for use by several threads. */
final class JournalLeaves {
    private final Journal journal;

    JournalLeaves(Journal journal) {
        this.journal = journal;
    }

    /**
     * Writes the hashes of the leaves from the first one on, one after the other.
     *
     * @throws TileException.Failed when the journal ends before
     */
    void copy(long firstLeaf, int count, byte[] out) {
        if (count == 0) {
            return;
        }
        requireInJournal(firstLeaf + count);
        TreeHasher hasher = new TreeHasher();
        try (RecordReader reader = journal.readFrom(firstLeaf + 1)) {
            for (int i = 0; i < count; i++) {
                if (!reader.next()) {
                    throw new TileException.Failed(
                            "expected sequence %d in the journal, but found its end".formatted(firstLeaf + 1 + i),
                            null);
                }
                hasher.leaf(reader.buffer(), reader.length(), out, i * Hash.BYTES);
            }
        }
    }

    private void requireInJournal(long lastSequence) {
        if (journal.lastSequence() < lastSequence) {
            throw new TileException.Failed(
                    "expected a journal up to sequence %d, but found its end at %d"
                            .formatted(lastSequence, journal.lastSequence()),
                    null);
        }
    }
}
