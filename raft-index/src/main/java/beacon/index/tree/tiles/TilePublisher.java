package beacon.index.tree.tiles;

import beacon.index.journal.Journal;
import beacon.index.log.RecordReader;
import beacon.index.tree.Hash;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.NoteException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Publishes a log as static files: entry bundles, hash tiles and partial tiles up to some size, and then the signed
 * checkpoint of that size, so that a checkpoint never speaks of files that are not there. Goes on from the published
 * checkpoint after a restart.
 *
 * <p>Every entry is compared with the tree before it is published. Belongs to one thread at a time, not the apply
 * thread; how often {@link #step} is called bounds the rate.
 */
public final class TilePublisher {
    /** Largest entry that a bundle can hold. */
    public static final int MAX_ENTRY_BYTES = 0xffff;

    /**
     * Partial bundles of one bundle are kept for auditors that still use an older checkpoint, up to this many bytes;
     * the widest one always.
     */
    private static final long MAX_PARTIAL_BUNDLE_BYTES = 64L << 20;

    private static final int MAX_CHECKPOINT_BYTES = 1 << 16;
    private static final long NOTHING = -1;

    private final TransparencyLog log;
    private final Journal journal;
    private final TileFiles files;
    private final TreeHasher hasher = new TreeHasher();
    private final Optional<Checkpoint> found;
    private long published = NOTHING;

    TilePublisher(TransparencyLog log, Journal journal, TileFiles files) {
        this.log = log;
        this.journal = journal;
        this.files = files;
        this.found = foundCheckpoint();
    }

    /** Size of the published checkpoint; -1 before this publisher wrote or recognised one. */
    public long published() {
        return published;
    }

    /**
     * Publishes up to the given number of entries that are not yet published.
     *
     * @return the number of entries published now; 0 when there is nothing new
     * @throws TileException.HistoryDiffers when an entry, or the checkpoint that an earlier run published, is not in
     *     the tree; nothing of it is published
     * @throws TileException.Failed when files cannot be written; a later step tries again
     */
    public int step(int maxEntries) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("expected at least one entry a step, but found " + maxEntries);
        }
        if (published == NOTHING && !resume()) {
            return 0;
        }
        long from = Math.max(published, 0);
        long available = Math.min(log.size(), journal.lastSequence());
        long target = Math.min(available, from + maxEntries);
        if (target <= published) {
            return 0;
        }
        publishEntries(from, target);
        publishTiles(from, target);
        files.write(TilePath.CHECKPOINT, log.checkpointAt(target).getBytes(StandardCharsets.UTF_8));
        published = target;
        tidy(from, target);
        return (int) (target - from);
    }

    /** Whether publishing can start; not while the log is still behind what an earlier run published. */
    private boolean resume() {
        if (found.isEmpty()) {
            return true;
        }
        Checkpoint checkpoint = found.get();
        if (checkpoint.size() > Math.min(log.size(), journal.lastSequence())) {
            return false;
        }
        Hash root = log.rootAt(checkpoint.size());
        if (!root.equals(checkpoint.root())) {
            throw new TileException.HistoryDiffers(
                    1,
                    checkpoint.size(),
                    "the published checkpoint has root %s, the tree has %s".formatted(checkpoint.root(), root));
        }
        published = checkpoint.size();
        return true;
    }

    /** The checkpoint of an earlier run; one that is not ours or damaged counts as none. */
    private Optional<Checkpoint> foundCheckpoint() {
        try {
            return files.read(TilePath.CHECKPOINT, MAX_CHECKPOINT_BYTES)
                    .map(bytes -> Checkpoint.open(new String(bytes, StandardCharsets.UTF_8), List.of(log.verifier())));
        } catch (NoteException e) {
            return Optional.empty();
        }
    }

    private void publishEntries(long from, long target) {
        long bundle = from / TilePath.WIDTH;
        if (target == from) {
            return;
        }
        try (RecordReader reader = journal.readFrom(bundle * TilePath.WIDTH + 1)) {
            for (long start = bundle * TilePath.WIDTH; start < target; start += TilePath.WIDTH) {
                int width = (int) Math.min(TilePath.WIDTH, target - start);
                byte[] bytes = bundle(reader, start, width);
                String full = TilePath.entries(start / TilePath.WIDTH);
                files.write(width == TilePath.WIDTH ? full : TilePath.partial(full, width), bytes);
            }
        }
    }

    private byte[] bundle(RecordReader reader, long start, int width) {
        byte[] expected = log.store().hashes(0, start / TilePath.WIDTH, width);
        byte[] leaf = new byte[Hash.BYTES];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < width; i++) {
            long sequence = start + i + 1;
            if (!reader.next()) {
                throw new TileException.Failed("expected sequence %d in the journal".formatted(sequence), null);
            }
            int length = reader.length();
            hasher.leaf(reader.buffer(), length, leaf, 0);
            if (length > MAX_ENTRY_BYTES || !Hash.at(leaf, 0).isAt(expected, i * Hash.BYTES)) {
                throw new TileException.HistoryDiffers(
                        sequence, sequence, "its %d bytes in the journal are not the leaf".formatted(length));
            }
            out.write(length >>> 8);
            out.write(length);
            out.write(reader.buffer(), 0, length);
        }
        return out.toByteArray();
    }

    private void publishTiles(long from, long target) {
        long oldCount = from;
        long count = target;
        for (int level = 0; count > 0; level++) {
            long full = count / TilePath.WIDTH;
            for (long index = oldCount / TilePath.WIDTH; index < full; index++) {
                String path = TilePath.hashes(level, index);
                files.write(path, log.store().hashes(level, index, TilePath.WIDTH));
            }
            int width = (int) (count % TilePath.WIDTH);
            if (width > 0) {
                files.write(
                        TilePath.partial(TilePath.hashes(level, full), width),
                        log.store().hashes(level, full, width));
            }
            count = full;
            oldCount /= TilePath.WIDTH;
        }
    }

    private void tidy(long from, long target) {
        long oldCount = from;
        long count = target;
        for (int level = 0; count > 0; level++) {
            count /= TilePath.WIDTH;
            oldCount /= TilePath.WIDTH;
            for (long index = oldCount; index < count; index++) {
                files.removePartials(TilePath.partials(TilePath.hashes(level, index)));
                if (level == 0) {
                    files.removePartials(TilePath.partials(TilePath.entries(index)));
                }
            }
        }
        files.limitPartials(TilePath.partials(TilePath.entries(target / TilePath.WIDTH)), MAX_PARTIAL_BUNDLE_BYTES);
    }
}
