package beacon.index.tree;

/** Where proofs take the inner nodes of a tree from. */
@FunctionalInterface
public interface MerkleNodes {
    /**
     * Root of the complete subtree over the leaves from {@code index << level} to {@code (index + 1) << level}.
     *
     * @param level 0 for a leaf hash
     */
    Hash node(int level, long index);
}
