package beacon.dht.kademlia;

/**
 * How a look-up walks.
 *
 * @param resultSize k
 * @param parallelism α: requests under way
 * @param mustAnswer how many of the closest peers must have answered for the end: k to find them, β = 3 to find what
 *     they keep
 * @param paths disjoint ways on which it walks; a liar on one of them cannot lead the others astray
 */
public record LookupRules(int resultSize, int parallelism, int mustAnswer, int paths) {
    /** Checks the ranges. */
    public LookupRules {
        if (resultSize < 1 || parallelism < 1 || mustAnswer < 1 || mustAnswer > resultSize || paths < 1) {
            throw new IllegalArgumentException("expected 1 ≤ mustAnswer ≤ k, α ≥ 1 and paths ≥ 1, but found "
                    + mustAnswer + ", " + resultSize + ", " + parallelism + ", " + paths);
        }
    }
}
