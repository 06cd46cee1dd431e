package beacon.index.tree;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Makes roots, inclusion proofs and consistency proofs of any earlier size from the nodes of a tree (RFC 6962 section
 * 2.1.1 and 2.1.2). Asks for at most about 2 log2(size) nodes per proof. Belongs to one thread.
 */
public final class ProofMaker {
    private final MerkleNodes nodes;
    private final TreeHasher hasher = new TreeHasher();

    public ProofMaker(MerkleNodes nodes) {
        this.nodes = nodes;
    }

    /** Root of the tree over the first {@code size} leaves. */
    public Hash root(long size) {
        requireSize(size);
        return size == 0 ? TreeHasher.emptyRoot() : range(0, size);
    }

    /**
     * Proof that a leaf is in the tree of the given size; the hash next to the leaf comes first.
     *
     * @throws ProofException when the leaf is not in that tree
     */
    public List<Hash> inclusion(long leafIndex, long size) {
        requireSize(size);
        MerkleProofs.requireIndex(leafIndex, size);
        List<Hash> proof = new ArrayList<>();
        long start = 0;
        long end = size;
        while (end - start > 1) {
            long middle = start + Long.highestOneBit(end - start - 1);
            if (leafIndex < middle) {
                proof.add(range(middle, end));
                end = middle;
            } else {
                proof.add(range(start, middle));
                start = middle;
            }
        }
        Collections.reverse(proof);
        return List.copyOf(proof);
    }

    /**
     * Proof that the tree of the old size is a prefix of the one of the new size.
     *
     * @throws ProofException when the old size is larger than the new one, or 0 while the new one is not
     */
    public List<Hash> consistency(long oldSize, long newSize) {
        MerkleProofs.requireProvable(oldSize, newSize);
        List<Hash> proof = new ArrayList<>();
        long start = 0;
        long end = newSize;
        while (oldSize != end) {
            long middle = start + Long.highestOneBit(end - start - 1);
            if (oldSize <= middle) {
                proof.add(range(middle, end));
                end = middle;
            } else {
                proof.add(range(start, middle));
                start = middle;
            }
        }
        if (start > 0) {
            // Otherwise the old tree is a whole subtree, whose root the verifier has.
            proof.add(range(start, end));
        }
        Collections.reverse(proof);
        return List.copyOf(proof);
    }

    private Hash range(long start, long end) {
        long count = end - start;
        int level = Long.numberOfTrailingZeros(count);
        if (count == 1L << level) {
            return nodes.node(level, start >>> level);
        }
        long middle = start + Long.highestOneBit(count - 1);
        Hash left = range(start, middle);
        return hasher.node(left, range(middle, end));
    }

    private static void requireSize(long size) {
        MerkleProofs.requireSizes(0, size);
    }
}
