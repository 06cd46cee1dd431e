package beacon.index.audit;

import beacon.index.audit.Finding.Kind;
import beacon.index.journal.Journal;
import beacon.index.journal.JournalException;
import beacon.index.log.RecordReader;
import beacon.index.tree.Hash;
import beacon.index.tree.KnownLeaves;
import beacon.index.tree.TreeFrontier;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.note.Checkpoint;
import beacon.model.RecordedHeader;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole journal and checks that it is the history it claims to be: every record is there, in its place, in its
 * canonical bytes, not older than the one before; and, when they are given, that it leads to the root of every
 * checkpoint and to the leaf hashes of the tiles. Ends at the first record that is wrong.
 *
 * <p>Checkpoints decide; tiles help to find the place. A record that differs from its tile is a suspicion: a checkpoint
 * of a later size proves that the record was changed or that the tile is damaged; without one, the tile is believed when
 * the tile above it agrees.
 */
public final class JournalAudit {
    private final Deque<Checkpoint> checkpoints = new ArrayDeque<>();
    private final Optional<KnownLeaves> tiles;
    private final TreeHasher hasher = new TreeHasher();
    private final TreeFrontier frontier = new TreeFrontier();
    private final byte[] leaf = new byte[Hash.BYTES];
    private byte[] knownLeaves = new byte[0];
    private long provenSize;
    private long lastTime = Long.MIN_VALUE;
    private @Nullable Finding suspicion;

    private JournalAudit(List<Checkpoint> checkpoints, Optional<KnownLeaves> tiles) {
        checkpoints.stream().sorted(Comparator.comparingLong(Checkpoint::size)).forEach(this.checkpoints::addLast);
        this.tiles = tiles;
    }

    /**
     * The result of an audit.
     *
     * @param checked number of records read and found right, from sequence 1 on
     * @param root root of the tree over them
     * @param finding the first thing that is wrong, if any
     */
    public record Report(long checked, Hash root, Optional<Finding> finding) {}

    /**
     * Audits a journal.
     *
     * @param checkpoints already opened with trusted keys; may be none
     * @param tiles leaf hashes to compare with, for instance {@code PublishedTiles}
     */
    public static Report verify(Journal journal, List<Checkpoint> checkpoints, Optional<KnownLeaves> tiles) {
        long last = journal.lastSequence();
        try (RecordReader reader = journal.readFrom(1)) {
            return verify(reader, last, checkpoints, tiles);
        }
    }

    /**
     * Audits what a reader yields, for a journal that is not opened for writing: opening may cut a torn end, and an
     * audit must not change what it looks at.
     *
     * @param reader stands before sequence 1
     * @param last sequence to read up to
     */
    public static Report verify(
            RecordReader reader, long last, List<Checkpoint> checkpoints, Optional<KnownLeaves> tiles) {
        return new JournalAudit(checkpoints, tiles).run(reader, last);
    }

    /** The result when a journal is so damaged that it cannot even be opened. */
    public static Report unopened(JournalException.Damaged damage) {
        return new Report(0, TreeHasher.emptyRoot(), Optional.of(damaged(damage)));
    }

    private Report run(RecordReader reader, long last) {
        Finding finding = atCheckpoints();
        while (finding == null && frontier.size() < last) {
            finding = nextRecord(reader);
        }
        if (finding == null) {
            finding = missing();
        }
        return new Report(frontier.size(), frontier.root(), Optional.ofNullable(earlier(suspicion, finding)));
    }

    private @Nullable Finding nextRecord(RecordReader reader) {
        long sequence = frontier.size() + 1;
        try {
            if (!reader.next()) {
                return new Finding(sequence, Kind.MISSING, "expected a record, but found the end");
            }
        } catch (JournalException.Damaged e) {
            return damaged(e);
        } catch (JournalException.Failed e) {
            return new Finding(sequence, Kind.UNREADABLE, String.valueOf(e.getMessage()));
        }
        Finding finding = record(reader, sequence);
        if (finding != null) {
            return finding;
        }
        hasher.leaf(reader.buffer(), reader.length(), leaf, 0);
        compareWithTile(sequence);
        frontier.append(leaf, 0);
        return atCheckpoints();
    }

    private static Finding damaged(JournalException.Damaged damage) {
        return new Finding(damage.sequence(), Kind.DAMAGED, String.valueOf(damage.getMessage()));
    }

    private @Nullable Finding record(RecordReader reader, long sequence) {
        EventBytesCodec.Reading reading = EventBytesCodec.read(reader.buffer(), reader.length());
        if (reading.header().isEmpty()) {
            return new Finding(sequence, Kind.MALFORMED, reading.flaw());
        }
        RecordedHeader header = reading.header().get();
        if (header.sequence() != sequence || reader.sequence() != sequence) {
            return new Finding(
                    sequence,
                    Kind.SEQUENCE,
                    "expected sequence %d, but found %d in the record".formatted(sequence, header.sequence()));
        }
        if (header.timeUnixMicros() < lastTime) {
            return new Finding(
                    sequence,
                    Kind.TIME,
                    "expected a time from %d on, but found %d".formatted(lastTime, header.timeUnixMicros()));
        }
        lastTime = header.timeUnixMicros();
        return null;
    }

    private void compareWithTile(long sequence) {
        if (tiles.isEmpty()) {
            return;
        }
        int slot = (int) ((sequence - 1) % KnownLeaves.GROUP);
        long group = (sequence - 1) / KnownLeaves.GROUP;
        if (slot == 0) {
            knownLeaves = tiles.get().leafHashes(group);
        }
        int offset = slot * Hash.BYTES;
        if (suspicion == null
                && offset < knownLeaves.length
                && !Hash.at(leaf, 0).isAt(knownLeaves, offset)) {
            boolean tileHolds = tiles.get()
                    .groupRoot(group)
                    .map(root -> root.equals(rootOf(knownLeaves)))
                    .orElse(true);
            suspicion = new Finding(
                    sequence,
                    tileHolds ? Kind.CHANGED : Kind.TILE,
                    "expected leaf hash %s of the tile, but found %s"
                            .formatted(Hash.at(knownLeaves, offset), Hash.at(leaf, 0)));
        }
    }

    private @Nullable Finding atCheckpoints() {
        while (!checkpoints.isEmpty() && checkpoints.getFirst().size() == frontier.size()) {
            Checkpoint checkpoint = checkpoints.removeFirst();
            Hash root = frontier.root();
            if (!root.equals(checkpoint.root())) {
                return differs(checkpoint, root);
            }
            provenSize = checkpoint.size();
            if (suspicion != null && suspicion.sequence() <= provenSize) {
                suspicion = new Finding(suspicion.sequence(), Kind.TILE, suspicion.detail());
            }
        }
        return null;
    }

    private Finding differs(Checkpoint checkpoint, Hash root) {
        String detail = "expected root %s of the checkpoint of size %d, but found %s"
                .formatted(checkpoint.root(), checkpoint.size(), root);
        if (suspicion != null && suspicion.sequence() > provenSize) {
            Finding changed = new Finding(suspicion.sequence(), Kind.CHANGED, suspicion.detail() + "; " + detail);
            suspicion = null;
            return changed;
        }
        return new Finding(
                provenSize + 1,
                Kind.ROOT,
                "%s; the first change is between sequence %d and %d"
                        .formatted(detail, provenSize + 1, checkpoint.size()));
    }

    /** What the proofs of history speak of beyond the end of the journal. */
    private @Nullable Finding missing() {
        long end = frontier.size();
        if (!checkpoints.isEmpty()) {
            return new Finding(
                    end + 1,
                    Kind.MISSING,
                    "expected records up to %d as in a checkpoint, but found the end at %d"
                            .formatted(checkpoints.getLast().size(), end));
        }
        return null;
    }

    private static @Nullable Finding earlier(@Nullable Finding a, @Nullable Finding b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.sequence() <= b.sequence() ? a : b;
    }

    /** Root of a full group; of a partial one, the hash of nothing in particular, which equals no root. */
    private Hash rootOf(byte[] leaves) {
        if (leaves.length != KnownLeaves.GROUP * Hash.BYTES) {
            return TreeHasher.emptyRoot();
        }
        byte[] hashes = leaves.clone();
        hasher.foldInPlace(hashes, KnownLeaves.GROUP, hashes, 0);
        return Hash.at(hashes, 0);
    }
}
