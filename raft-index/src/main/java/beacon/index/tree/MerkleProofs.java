package beacon.index.tree;

import java.util.List;

/** Checks inclusion and consistency proofs as RFC 9162 sections 2.1.3.2 and 2.1.4.2 say, without any other state. */
public final class MerkleProofs {
    private MerkleProofs() {}

    /**
     * Returns when the leaf is in the tree.
     *
     * @param proof the hash next to the leaf comes first
     * @throws ProofException when the proof does not show it
     */
    public static void verifyInclusion(Hash leaf, long leafIndex, long size, List<Hash> proof, Hash root) {
        requireSizes(0, size);
        requireIndex(leafIndex, size);
        TreeHasher hasher = new TreeHasher();
        long node = leafIndex;
        long last = size - 1;
        Hash result = leaf;
        for (Hash sibling : proof) {
            requireLevel(last);
            if ((node & 1) == 1 || node == last) {
                result = hasher.node(sibling, result);
                int levels = skippedLevels(node);
                node >>>= levels;
                last >>>= levels;
            } else {
                result = hasher.node(result, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        requireTop(last);
        requireRoot(ProofException.Reason.ROOT, size, root, result);
    }

    /**
     * Returns when the old tree is a prefix of the new one.
     *
     * @throws ProofException when the proof does not show it
     */
    public static void verifyConsistency(long oldSize, long newSize, List<Hash> proof, Hash oldRoot, Hash newRoot) {
        requireProvable(oldSize, newSize);
        if (oldSize == newSize) {
            if (!proof.isEmpty()) {
                throw new ProofException(ProofException.Reason.TOO_LONG, "expected no hash, but found " + proof.size());
            }
            requireRoot(ProofException.Reason.ROOT, newSize, newSize == 0 ? TreeHasher.emptyRoot() : newRoot, newRoot);
            requireRoot(ProofException.Reason.OLD_ROOT, oldSize, oldRoot, newRoot);
            return;
        }
        TreeHasher hasher = new TreeHasher();
        int whole = Long.numberOfTrailingZeros(oldSize);
        long node = (oldSize - 1) >>> whole;
        long last = (newSize - 1) >>> whole;
        boolean startsAtOldRoot = node == 0;
        if (proof.isEmpty()) {
            throw new ProofException(ProofException.Reason.TOO_SHORT, "expected hashes, but found none");
        }
        Hash start = startsAtOldRoot ? oldRoot : proof.get(0);
        Hash oldResult = start;
        Hash newResult = start;
        for (Hash sibling : startsAtOldRoot ? proof : proof.subList(1, proof.size())) {
            requireLevel(last);
            if ((node & 1) == 1 || node == last) {
                oldResult = hasher.node(sibling, oldResult);
                newResult = hasher.node(sibling, newResult);
                int levels = skippedLevels(node);
                node >>>= levels;
                last >>>= levels;
            } else {
                newResult = hasher.node(newResult, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        requireTop(last);
        requireRoot(ProofException.Reason.OLD_ROOT, oldSize, oldRoot, oldResult);
        requireRoot(ProofException.Reason.ROOT, newSize, newRoot, newResult);
    }

    /** Levels on which a node at the right edge has no sibling and therefore moves up unhashed. */
    private static int skippedLevels(long node) {
        return node == 0 ? 0 : Long.numberOfTrailingZeros(node);
    }

    static void requireSizes(long oldSize, long newSize) {
        if (oldSize < 0 || newSize < oldSize) {
            throw new ProofException(
                    ProofException.Reason.SIZE,
                    "expected sizes in order from 0 on, but found %s and %s"
                            .formatted(Long.toUnsignedString(oldSize), Long.toUnsignedString(newSize)));
        }
    }

    /** The empty tree is a prefix of every tree, so there is nothing to prove about it; the RFC has no such proof. */
    static void requireProvable(long oldSize, long newSize) {
        requireSizes(oldSize, newSize);
        if (oldSize == 0 && newSize > 0) {
            throw new ProofException(
                    ProofException.Reason.SIZE, "expected an old size from 1 on, since the empty tree proves nothing");
        }
    }

    static void requireIndex(long leafIndex, long size) {
        if (leafIndex < 0 || leafIndex >= size) {
            throw new ProofException(
                    ProofException.Reason.INDEX,
                    "expected a leaf index below %d, but found %s".formatted(size, Long.toUnsignedString(leafIndex)));
        }
    }

    private static void requireLevel(long last) {
        if (last == 0) {
            throw new ProofException(ProofException.Reason.TOO_LONG, "expected no more hashes than levels of the tree");
        }
    }

    private static void requireTop(long last) {
        if (last != 0) {
            throw new ProofException(
                    ProofException.Reason.TOO_SHORT, "expected the proof to reach the root, but hashes are missing");
        }
    }

    private static void requireRoot(ProofException.Reason reason, long size, Hash expected, Hash found) {
        if (!expected.equals(found)) {
            throw new ProofException(
                    reason, "expected root %s of size %d, but found %s".formatted(expected, size, found));
        }
    }
}
