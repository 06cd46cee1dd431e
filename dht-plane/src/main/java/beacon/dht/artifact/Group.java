package beacon.dht.artifact;

import beacon.dht.erasure.StripeLayout;
import beacon.model.Cid;

/**
 * A run of the payload whose blocks are placed together: stripes of k data and m parity blocks, where the blocks of one
 * index, a column, lie on one node.
 *
 * @param bytes of the payload in it, at least one
 * @param list the block that names its blocks, see {@link Columns}
 */
public record Group(Coding coding, long bytes, Cid list) {
    /** Stripes of a group as Beacon cuts them. */
    public static final int STRIPES = 64;

    /** Bytes of a group that is not the last one. */
    public static long fullBytes(Coding coding, int cellBytes) {
        return (long) STRIPES * coding.dataShards() * cellBytes;
    }

    /** Where its bytes are in its cells. */
    public StripeLayout layout(int cellBytes) {
        return new StripeLayout(coding.dataShards(), cellBytes, bytes);
    }
}
