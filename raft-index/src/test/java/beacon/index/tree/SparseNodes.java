package beacon.index.tree;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A tree far too large to build: all leaves are equal but for a few, so that every node can be computed when asked. */
final class SparseNodes implements MerkleNodes {
    private final TreeHasher hasher = new TreeHasher();
    private final List<Hash> plain = new ArrayList<>();
    private final TreeSet<Long> special = new TreeSet<>();

    SparseNodes(List<Long> specialLeaves) {
        special.addAll(specialLeaves);
        plain.add(hasher.leaf(new byte[0]));
        for (int level = 1; level < Long.SIZE; level++) {
            plain.add(hasher.node(plain.get(level - 1), plain.get(level - 1)));
        }
    }

    @Override
    public Hash node(int level, long index) {
        long first = index << level;
        Long found = special.ceiling(first);
        if (found == null || found - first >= 1L << level) {
            return plain.get(level);
        }
        return level == 0
                ? hasher.leaf(ByteBuffer.allocate(Long.BYTES).putLong(index).array())
                : hasher.node(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
    }
}
