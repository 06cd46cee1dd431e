package beacon.index.tree;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tree as RFC 6962 defines it, word for word and recursively: MTH (section 2.1), PATH (2.1.1), PROOF and SUBPROOF
 * (2.1.2), and the two checks as recursions over the same definitions. Shares no code with the production tree.
 */
public final class RfcTree {
    private RfcTree() {}

    /** MTH(D[n]). */
    public static byte[] mth(List<byte[]> d) {
        if (d.isEmpty()) {
            return sha256();
        }
        if (d.size() == 1) {
            return sha256(new byte[] {0}, d.get(0));
        }
        int k = split(d.size());
        return sha256(new byte[] {1}, mth(d.subList(0, k)), mth(d.subList(k, d.size())));
    }

    /** PATH(m, D[n]). */
    public static List<byte[]> path(int m, List<byte[]> d) {
        int n = d.size();
        if (n == 1) {
            return List.of();
        }
        int k = split(n);
        return m < k
                ? concat(path(m, d.subList(0, k)), mth(d.subList(k, n)))
                : concat(path(m - k, d.subList(k, n)), mth(d.subList(0, k)));
    }

    /** PROOF(m, D[n]). */
    public static List<byte[]> proof(int m, List<byte[]> d) {
        return subproof(m, d, true);
    }

    private static List<byte[]> subproof(int m, List<byte[]> d, boolean b) {
        int n = d.size();
        if (m == n) {
            return b ? List.of() : List.of(mth(d));
        }
        int k = split(n);
        return m <= k
                ? concat(subproof(m, d.subList(0, k), b), mth(d.subList(k, n)))
                : concat(subproof(m - k, d.subList(k, n), false), mth(d.subList(0, k)));
    }

    /** Root that a path leads to, by the recursion of PATH; null when the path has not the right length. */
    public static byte[] rootOfPath(byte[] leafHash, long m, long n, List<byte[]> path) {
        if (n == 1) {
            return path.isEmpty() ? leafHash : null;
        }
        if (path.isEmpty()) {
            return null;
        }
        long k = splitLong(n);
        byte[] last = path.get(path.size() - 1);
        List<byte[]> rest = path.subList(0, path.size() - 1);
        byte[] below = m < k ? rootOfPath(leafHash, m, k, rest) : rootOfPath(leafHash, m - k, n - k, rest);
        if (below == null) {
            return null;
        }
        return m < k ? sha256(new byte[] {1}, below, last) : sha256(new byte[] {1}, last, below);
    }

    /** Old and new root that a proof leads to, by the recursion of SUBPROOF; null when its length is wrong. */
    public static byte[][] rootsOfProof(long m, long n, List<byte[]> proof, byte[] oldRoot) {
        return rootsOfSubproof(m, n, proof, true, oldRoot);
    }

    private static byte[][] rootsOfSubproof(long m, long n, List<byte[]> proof, boolean b, byte[] oldRoot) {
        if (m == n) {
            if (b) {
                return proof.isEmpty() ? new byte[][] {oldRoot, oldRoot} : null;
            }
            return proof.size() == 1 ? new byte[][] {proof.get(0), proof.get(0)} : null;
        }
        if (proof.isEmpty()) {
            return null;
        }
        long k = splitLong(n);
        byte[] last = proof.get(proof.size() - 1);
        List<byte[]> rest = proof.subList(0, proof.size() - 1);
        if (m <= k) {
            byte[][] left = rootsOfSubproof(m, k, rest, b, oldRoot);
            return left == null ? null : new byte[][] {left[0], sha256(new byte[] {1}, left[1], last)};
        }
        byte[][] right = rootsOfSubproof(m - k, n - k, rest, false, oldRoot);
        return right == null
                ? null
                : new byte[][] {sha256(new byte[] {1}, last, right[0]), sha256(new byte[] {1}, last, right[1])};
    }

    public static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    public static List<byte[]> bytes(List<Hash> hashes) {
        return hashes.stream().map(Hash::bytes).toList();
    }

    public static List<Hash> hashes(List<byte[]> hashes) {
        return hashes.stream().map(Hash::of).toList();
    }

    public static boolean same(byte[] a, Hash b) {
        return a != null && Arrays.equals(a, b.bytes());
    }

    private static List<byte[]> concat(List<byte[]> head, byte[] tail) {
        List<byte[]> all = new ArrayList<>(head);
        all.add(tail);
        return all;
    }

    private static int split(int n) {
        return (int) splitLong(n);
    }

    /** Largest power of two below n. */
    private static long splitLong(long n) {
        long k = 1;
        while (k < n - k) {
            k *= 2;
        }
        return k;
    }
}
