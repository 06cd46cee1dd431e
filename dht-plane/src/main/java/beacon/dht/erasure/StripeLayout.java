package beacon.dht.erasure;

/**
 * How a run of bytes of any length is cut: into stripes of k cells, each stripe with m parity cells. All cells of a
 * stripe have the same length; those of the last stripe are only as long as the rest needs, padded with zeros to a
 * multiple of k, so that a small artifact does not become k full cells.
 *
 * @param dataShards k
 * @param cellBytes length of a full cell
 * @param length bytes in all
 */
public record StripeLayout(int dataShards, int cellBytes, long length) {
    /** Checks the ranges. */
    public StripeLayout {
        if (dataShards < 1 || cellBytes < 1 || length < 0) {
            throw new IllegalArgumentException("expected k ≥ 1, a cell ≥ 1 and a length ≥ 0, but found k=" + dataShards
                    + ", cell=" + cellBytes + ", length=" + length);
        }
    }

    private long stripeBytes() {
        return (long) dataShards * cellBytes;
    }

    /** Number of stripes; none for no bytes. */
    public long stripes() {
        return (length + stripeBytes() - 1) / stripeBytes();
    }

    /** Bytes of data in a stripe, without padding. */
    public int dataBytes(long stripe) {
        requireStripe(stripe);
        return (int) Math.min(stripeBytes(), length - stripe * stripeBytes());
    }

    /** Length of each cell of a stripe. */
    public int cellBytes(long stripe) {
        return (dataBytes(stripe) + dataShards - 1) / dataShards;
    }

    /** Bytes that one shard, the cells of one index, has over all stripes. */
    public long shardBytes() {
        long count = stripes();
        return count == 0 ? 0 : (count - 1) * cellBytes + cellBytes(count - 1);
    }

    private void requireStripe(long stripe) {
        if (stripe < 0 || stripe >= stripes()) {
            throw new IndexOutOfBoundsException("expected a stripe below " + stripes() + ", but found " + stripe);
        }
    }
}
