package beacon.index.tree.tiles;

import beacon.index.tree.Hash;
import beacon.index.tree.MerkleNodes;
import beacon.index.tree.ProofMaker;
import beacon.index.tree.TreeFrontier;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.tiles.TileCache.TileId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of the tree, in tiles of 256 hashes.
 *
 * <p><b>Trust.</b> The last tile of each level is in memory and was checked against the frontier when the store was
 * opened, so its hashes are right. A full tile comes from a file only when its root is the hash that its parent has for
 * it, the parent being checked the same way up to a tile in memory. So a proof is never made from a damaged file: a
 * missing or damaged tile is made again from the journal, checked the same way and written again. When the journal leads
 * elsewhere, too, history was changed: {@link TileException.HistoryDiffers}.
 *
 * <p><b>Threads.</b> One thread appends. Any number of threads read: a hash is written to its place before the size
 * that covers it is published, and a full tile is in {@link #unwritten} before it stops being the last one.
 *
 * <p><b>Files</b> are written by the executor, one job for 256 appends. Tiles are derived, so losing some in a crash
 * costs a repair and nothing else; when the disk is too slow or full, tiles are left out and made again when needed.
 */
final class HashTileStore implements MerkleNodes {
    /** Levels of the tree in a tile. */
    static final int TILE_HEIGHT = 8;

    private static final int LEVELS = Long.SIZE / TILE_HEIGHT;
    private static final int TILE_BYTES = TilePath.WIDTH * Hash.BYTES;

    /** Most full tiles that wait to be written: 8 MiB, 262,144 events. */
    private static final int MAX_UNWRITTEN = 1024;

    private final TileFiles files;
    private final JournalLeaves leaves;
    private final Executor writer;
    private final AtomicReferenceArray<Tail> tails = new AtomicReferenceArray<>(LEVELS);
    private final Map<TileId, byte[]> unwritten = new ConcurrentHashMap<>();
    private final TileCache cache = new TileCache();
    private final AtomicLong failedWrites = new AtomicLong();
    private volatile long size;

    private HashTileStore(TileFiles files, JournalLeaves leaves, Executor writer) {
        this.files = files;
        this.leaves = leaves;
        this.writer = writer;
        clear();
    }

    /**
     * Opens the store at the frontier's size. Reads at most 255 records of the journal and 255 tiles per level, unless
     * files are missing or damaged; files beyond the frontier are replaced as the log grows again.
     *
     * @throws TileException.HistoryDiffers when not even the journal leads to the frontier's root
     * @throws TileException.Failed when the journal ends before the frontier, or files cannot be read
     */
    static HashTileStore open(TileFiles files, JournalLeaves leaves, TreeFrontier frontier, Executor writer) {
        HashTileStore store = new HashTileStore(files, leaves, writer);
        store.restoreTails(frontier.size());
        if (!new ProofMaker(store).root(frontier.size()).equals(frontier.root())) {
            store.rebuild(frontier);
        }
        return store;
    }

    /** Number of leaves. */
    long size() {
        return size;
    }

    /** How often a tile could not be written since the store was opened. */
    long failedWrites() {
        return failedWrites.get();
    }

    /** Takes over what the frontier's last append finished. */
    void add(TreeFrontier frontier) {
        long newSize = frontier.size();
        if (newSize != size + 1) {
            throw new IllegalStateException("expected leaf %d to be added, but found %d".formatted(size + 1, newSize));
        }
        int completed = frontier.completedLevel() / TILE_HEIGHT;
        for (int level = 0; level <= completed; level++) {
            long position = (newSize >>> (TILE_HEIGHT * level)) - 1;
            Tail tail = tails.get(level);
            int slot = slot(position);
            frontier.copyCompleted(TILE_HEIGHT * level, tail.bytes, slot * Hash.BYTES);
            if (slot == TilePath.WIDTH - 1) {
                full(new TileId(level, tail.index), tail.bytes);
                tails.set(level, new Tail(tail.index + 1, new byte[TILE_BYTES]));
            }
        }
        size = newSize;
    }

    @Override
    public Hash node(int level, long index) {
        if (index < 0 || index >= size >>> level) {
            throw new IllegalStateException("expected node %d/%d inside %d leaves".formatted(level, index, size));
        }
        int height = level % TILE_HEIGHT;
        long first = index << height;
        byte[] tile = tile(new TileId(level / TILE_HEIGHT, first / TilePath.WIDTH));
        int offset = slot(first) * Hash.BYTES;
        if (height == 0) {
            return Hash.at(tile, offset);
        }
        int count = 1 << height;
        byte[] hashes = new byte[count * Hash.BYTES];
        System.arraycopy(tile, offset, hashes, 0, hashes.length);
        new TreeHasher().foldInPlace(hashes, count, hashes, 0);
        return Hash.at(hashes, 0);
    }

    /**
     * The first hashes of a tile.
     *
     * @param width at most what the tree has there
     */
    byte[] hashes(int level, long index, int width) {
        if (index * TilePath.WIDTH + width > size >>> (TILE_HEIGHT * level)) {
            throw new IllegalStateException("expected %d hashes in tile %d/%d".formatted(width, level, index));
        }
        byte[] out = new byte[width * Hash.BYTES];
        System.arraycopy(tile(new TileId(level, index)), 0, out, 0, out.length);
        return out;
    }

    private byte[] tile(TileId id) {
        Tail tail = tails.get(id.level());
        if (tail.index == id.index()) {
            return tail.bytes;
        }
        byte[] waiting = unwritten.get(id);
        if (waiting != null) {
            return waiting;
        }
        byte[] cached = cache.get(id);
        if (cached != null) {
            return cached;
        }
        byte[] loaded = load(id);
        cache.put(id, loaded);
        return loaded;
    }

    private byte[] load(TileId id) {
        Hash expected = Hash.at(tile(id.parent()), slot(id.index()) * Hash.BYTES);
        byte[] stored = stored(id);
        if (stored != null && root(stored).equals(expected)) {
            return stored;
        }
        byte[] made = make(id, true);
        if (!root(made).equals(expected)) {
            made = make(id, false);
        }
        if (!root(made).equals(expected)) {
            throw new TileException.HistoryDiffers(
                    id.firstLeaf() + 1,
                    id.endLeaf(),
                    "tile %s of the journal has root %s instead of %s".formatted(id.path(), root(made), expected));
        }
        write(id, made);
        return made;
    }

    /** Makes a tile from the journal, or from the tiles below it where their files are usable. */
    private byte[] make(TileId id, boolean fromFiles) {
        byte[] out = new byte[TILE_BYTES];
        fill(id, TilePath.WIDTH, fromFiles, out);
        return out;
    }

    private void fill(TileId id, int width, boolean fromFiles, byte[] out) {
        if (id.level() == 0) {
            leaves.copy(id.firstLeaf(), width, out);
            return;
        }
        TreeHasher hasher = new TreeHasher();
        for (int i = 0; i < width; i++) {
            TileId child = new TileId(id.level() - 1, id.index() * TilePath.WIDTH + i);
            byte[] stored = fromFiles ? stored(child) : null;
            byte[] tile = stored == null ? make(child, fromFiles) : stored;
            hasher.foldInPlace(tile, TilePath.WIDTH, out, i * Hash.BYTES);
        }
    }

    /** The file's bytes if they can be a tile. One that cannot be read is as good as lost. */
    private byte @Nullable [] stored(TileId id) {
        try {
            byte[] bytes = files.read(id.path(), TILE_BYTES).orElse(null);
            return bytes == null || bytes.length != TILE_BYTES ? null : bytes;
        } catch (TileException.Failed e) {
            return null;
        }
    }

    private void full(TileId id, byte[] tile) {
        if (unwritten.size() >= MAX_UNWRITTEN) {
            // The disk does not keep up; the tile is made again from the journal when somebody asks for it.
            return;
        }
        unwritten.put(id, tile);
        try {
            writer.execute(() -> {
                write(id, tile);
                unwritten.remove(id);
            });
        } catch (RejectedExecutionException e) {
            unwritten.remove(id);
        }
    }

    private void write(TileId id, byte[] tile) {
        try {
            files.write(id.path(), tile);
        } catch (TileException.Failed e) {
            // No room or a failing disk. Appends must go on: the journal has everything that the tile is made of.
            failedWrites.incrementAndGet();
        }
    }

    private void restoreTails(long newSize) {
        for (int level = 0; level < LEVELS; level++) {
            long count = newSize >>> (TILE_HEIGHT * level);
            Tail tail = new Tail(count / TilePath.WIDTH, new byte[TILE_BYTES]);
            fill(new TileId(level, tail.index), slot(count), true, tail.bytes);
            tails.set(level, tail);
        }
        size = newSize;
    }

    /** Makes every tile again from the journal. */
    private void rebuild(TreeFrontier target) {
        clear();
        TreeFrontier frontier = new TreeFrontier();
        byte[] hashes = new byte[TILE_BYTES];
        while (frontier.size() < target.size()) {
            int count = (int) Math.min(TilePath.WIDTH, target.size() - frontier.size());
            leaves.copy(frontier.size(), count, hashes);
            for (int i = 0; i < count; i++) {
                frontier.append(hashes, i * Hash.BYTES);
                add(frontier);
            }
        }
        if (!frontier.root().equals(target.root())) {
            throw new TileException.HistoryDiffers(
                    1,
                    target.size(),
                    "the journal has root %s instead of %s".formatted(frontier.root(), target.root()));
        }
    }

    private void clear() {
        size = 0;
        for (int level = 0; level < LEVELS; level++) {
            tails.set(level, new Tail(0, new byte[TILE_BYTES]));
        }
    }

    private static Hash root(byte[] tile) {
        byte[] hashes = tile.clone();
        new TreeHasher().foldInPlace(hashes, TilePath.WIDTH, hashes, 0);
        return Hash.at(hashes, 0);
    }

    private static int slot(long position) {
        return (int) (position % TilePath.WIDTH);
    }

    /** The last tile of a level, which grows in place. */
    private static final class Tail {
        private final long index;
        private final byte[] bytes;

        private Tail(long index, byte[] bytes) {
            this.index = index;
            this.bytes = bytes;
        }
    }
}
