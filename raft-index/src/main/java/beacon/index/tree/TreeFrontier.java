package beacon.index.tree;

import java.nio.ByteBuffer;

/**
 * The right edge of a growing tree (a compact range): all that is needed to append leaves and to know the root. At most
 * one finished subtree per level waits for its right sibling, so a tree of n leaves takes as many hashes as n has one
 * bits.
 *
 * <p>Per level there is one buffer with the node prefix, the last finished node of even index and the last one of odd
 * index. A node of even index waits; when its sibling of odd index arrives, the buffer is hashed as it is. So an append
 * copies one hash, allocates nothing and hashes one node on average.
 *
 * <p>Belongs to one thread.
 */
public final class TreeFrontier {
    private static final int LEVELS = Long.SIZE;
    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 1 + Long.BYTES;

    private final TreeHasher hasher = new TreeHasher();
    private final byte[][] pairs = new byte[LEVELS][];
    private long size;

    /** The frontier of the tree without leaves. */
    public TreeFrontier() {
        pairs[0] = TreeHasher.newPair();
    }

    /** Number of leaves. */
    public long size() {
        return size;
    }

    /** Appends a leaf hash that starts at the offset. */
    public void append(byte[] leafHash, int offset) {
        long index = size;
        System.arraycopy(leafHash, offset, pairs[0], slot(index), Hash.BYTES);
        for (int level = 0; (index & 1) == 1; level++) {
            index >>>= 1;
            byte[] parent = pairs[level + 1];
            if (parent == null) {
                parent = TreeHasher.newPair();
                pairs[level + 1] = parent;
            }
            hasher.pair(pairs[level], parent, slot(index));
        }
        size++;
    }

    /** Appends a leaf hash. */
    public void append(Hash leafHash) {
        append(leafHash.bytes(), 0);
    }

    /** Highest level on which the last append finished a subtree; it finished one on every level below, too. */
    public int completedLevel() {
        return Long.numberOfTrailingZeros(size);
    }

    /**
     * Writes the root of the subtree of 2^level leaves that the last append finished.
     *
     * @param level at most {@link #completedLevel()}
     */
    public void copyCompleted(int level, byte[] out, int outOffset) {
        if (size == 0 || level > completedLevel()) {
            throw new IllegalStateException("expected a subtree of level %d to end at leaf %d".formatted(level, size));
        }
        System.arraycopy(pairs[level], slot((size >>> level) - 1), out, outOffset, Hash.BYTES);
    }

    /** Root of the tree. */
    public Hash root() {
        if (size == 0) {
            return TreeHasher.emptyRoot();
        }
        int lowest = Long.numberOfTrailingZeros(size);
        byte[] pair = TreeHasher.newPair();
        System.arraycopy(pairs[lowest], 1, pair, 1 + Hash.BYTES, Hash.BYTES);
        for (int level = lowest + 1; level < LEVELS; level++) {
            if (((size >>> level) & 1) == 1) {
                System.arraycopy(pairs[level], 1, pair, 1, Hash.BYTES);
                hasher.pair(pair, pair, 1 + Hash.BYTES);
            }
        }
        return Hash.at(pair, 1 + Hash.BYTES);
    }

    /** A frontier that grows on its own from here. */
    public TreeFrontier copy() {
        return decode(encode());
    }

    /** Format number, size as 8 big-endian bytes, then the waiting hashes, that of the largest subtree first. */
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + Long.bitCount(size) * Hash.BYTES);
        out.put(FORMAT).putLong(size);
        for (int level = LEVELS - 1; level >= 0; level--) {
            if (((size >>> level) & 1) == 1) {
                out.put(pairs[level], 1, Hash.BYTES);
            }
        }
        return out.array();
    }

    /**
     * Reads {@link #encode()}.
     *
     * @throws ProofException when the bytes are not exactly one frontier
     */
    public static TreeFrontier decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER_BYTES || in.get() != FORMAT) {
            throw malformed("expected a frontier of format " + FORMAT);
        }
        TreeFrontier frontier = new TreeFrontier();
        frontier.size = in.getLong();
        int hashes = Long.bitCount(frontier.size);
        if (frontier.size < 0 || in.remaining() != hashes * Hash.BYTES) {
            throw malformed("expected %d hashes for size %d, but found %d bytes"
                    .formatted(hashes, frontier.size, in.remaining()));
        }
        for (int level = LEVELS - 1; level >= 0; level--) {
            if (((frontier.size >>> level) & 1) == 1) {
                byte[] pair = TreeHasher.newPair();
                in.get(pair, 1, Hash.BYTES);
                frontier.pairs[level] = pair;
            }
        }
        if (frontier.pairs[0] == null) {
            frontier.pairs[0] = TreeHasher.newPair();
        }
        return frontier;
    }

    private static int slot(long index) {
        return 1 + (int) (index & 1) * Hash.BYTES;
    }

    private static ProofException malformed(String message) {
        return new ProofException(ProofException.Reason.FRONTIER, message);
    }
}
