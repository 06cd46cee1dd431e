package beacon.index.tree;

import java.util.ArrayList;
import java.util.List;

/** Every finished node of a tree, in memory, taken from the frontier as it grows. */
public final class MemoryNodes implements MerkleNodes {
    private final List<List<Hash>> levels = new ArrayList<>();
    private final TreeFrontier frontier = new TreeFrontier();

    public void append(byte[] entry) {
        frontier.append(new TreeHasher().leaf(entry));
        for (int level = 0; level <= frontier.completedLevel(); level++) {
            if (levels.size() == level) {
                levels.add(new ArrayList<>());
            }
            byte[] node = new byte[Hash.BYTES];
            frontier.copyCompleted(level, node, 0);
            levels.get(level).add(Hash.of(node));
        }
    }

    public TreeFrontier frontier() {
        return frontier;
    }

    @Override
    public Hash node(int level, long index) {
        return levels.get(level).get((int) index);
    }

    /** A tree over the given entries. */
    public static MemoryNodes of(List<byte[]> entries) {
        MemoryNodes nodes = new MemoryNodes();
        entries.forEach(nodes::append);
        return nodes;
    }
}
