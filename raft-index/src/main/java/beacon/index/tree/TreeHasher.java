package beacon.index.tree;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The two hash functions of the tree: leaf = SHA-256(0x00, bytes), node = SHA-256(0x01, left, right). The prefixes keep
 * a leaf from being taken for a node. Reuses one digest and allocates nothing per hash: belongs to one thread.
 */
public final class TreeHasher {
    /** Length of a buffer for {@link #pair}: the prefix and two hashes. */
    static final int PAIR_BYTES = 1 + 2 * Hash.BYTES;

    private static final byte LEAF_PREFIX = 0x00;
    private static final byte NODE_PREFIX = 0x01;

    private final MessageDigest sha256;
    private final byte[] pair = newPair();

    public TreeHasher() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Root of the tree without leaves. */
    public static Hash emptyRoot() {
        return Hash.of(new TreeHasher().sha256.digest());
    }

    /** Hash of a leaf. */
    public Hash leaf(byte[] bytes) {
        byte[] out = new byte[Hash.BYTES];
        leaf(bytes, bytes.length, out, 0);
        return Hash.of(out);
    }

    /** Writes the hash of the leaf that is in the first {@code length} bytes. */
    public void leaf(byte[] bytes, int length, byte[] out, int outOffset) {
        sha256.update(LEAF_PREFIX);
        sha256.update(bytes, 0, length);
        finish(out, outOffset);
    }

    /** Hash of an inner node. */
    public Hash node(Hash left, Hash right) {
        byte[] out = new byte[Hash.BYTES];
        left.copyTo(pair, 1);
        right.copyTo(pair, 1 + Hash.BYTES);
        pair(pair, out, 0);
        return Hash.of(out);
    }

    /**
     * Writes the root of the complete subtree over hashes that lie one after the other; overwrites them.
     *
     * @param count a power of two
     */
    public void foldInPlace(byte[] hashes, int count, byte[] out, int outOffset) {
        for (int width = count; width > 1; width /= 2) {
            for (int i = 0; i < width; i += 2) {
                System.arraycopy(hashes, i * Hash.BYTES, pair, 1, 2 * Hash.BYTES);
                pair(pair, hashes, i / 2 * Hash.BYTES);
            }
        }
        System.arraycopy(hashes, 0, out, outOffset, Hash.BYTES);
    }

    /** A buffer for {@link #pair} with its prefix set. */
    static byte[] newPair() {
        byte[] buffer = new byte[PAIR_BYTES];
        buffer[0] = NODE_PREFIX;
        return buffer;
    }

    /** Writes the hash of a node whose prefix and children lie in one buffer. */
    void pair(byte[] prefixedChildren, byte[] out, int outOffset) {
        sha256.update(prefixedChildren, 0, PAIR_BYTES);
        finish(out, outOffset);
    }

    private void finish(byte[] out, int outOffset) {
        try {
            sha256.digest(out, outOffset, Hash.BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("expected room for a hash at " + outOffset, e);
        }
    }
}
