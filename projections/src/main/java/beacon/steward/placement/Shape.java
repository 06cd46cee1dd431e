package beacon.steward.placement;

/**
 * How many pieces there are, and how many may be lost.
 *
 * @param pieces shards k + m, or replicas r; 1 to 256
 * @param losable m, or r - 1: less than pieces
 */
public record Shape(int pieces, int losable) {
    public Shape {
        if (pieces < 1 || pieces > 256 || losable < 0 || losable >= pieces) {
            throw new IllegalArgumentException(
                    "expected 1 to 256 pieces and fewer that may be lost, but found %d and %d"
                            .formatted(pieces, losable));
        }
    }

    /** Reed-Solomon with k data and m parity shards. */
    public static Shape shards(int k, int m) {
        return new Shape(k + m, m);
    }

    /** Copies. */
    public static Shape replicas(int r) {
        return new Shape(r, r - 1);
    }

    /** Pieces that one failure domain may hold, so that the loss of it is survived. A single piece has to be somewhere. */
    int perDomain() {
        return Math.max(1, losable);
    }
}
