package beacon.sim.scale;

/**
 * How many hops a walk should take. Cai and Devroye (<i>The Analysis of Kademlia for random IDs</i>, arXiv 1402.1191; first
 * in ISAAC 2013) prove that a walk takes c·log n hops with a constant that depends on k only. Where it comes from: a node
 * that shares p bits with the target has k random nodes that share p + 1 or more; how many more each of them shares is
 * geometric with ½, and the walk goes on from the best of k. So a hop gains
 *
 * <pre>g(k) = 1 + E[max of k geometric variables] = 1 + Σ (1 - (1 - 2^-j)^k), j = 1, 2, …</pre>
 *
 * bits, and log2(n) bits take log2(n) / g(k) hops. For k = 1 that is the log2(n) / 2 of one contact a bucket; for k = 20 a
 * hop gains 5.69 bits. Left out: that α requests are under way at a time (Roos, Salah and Strufe, arXiv 1307.7000), which
 * saves a part of a hop, and that the last hop goes to the closest of all and not only nearer, which costs one. Both are
 * constant and weigh less the larger the network is.
 */
public final class HopTheory {
    private static final int TERMS = 64;

    private HopTheory() {}

    /** Bits that one hop gains on average with k contacts to choose from. */
    public static double bitsPerHop(int k) {
        double bits = 1;
        for (int j = 1; j <= TERMS; j++) {
            bits += 1 - Math.pow(1 - Math.pow(2, -j), k);
        }
        return bits;
    }

    /** Hops to the node closest to a random key. */
    public static double hops(long nodes, int k) {
        return Math.log((double) nodes) / Math.log(2) / bitsPerHop(k);
    }
}
