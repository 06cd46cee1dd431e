package beacon.dht.erasure;

import beacon.dht.erasure.Kernel.Transform;
import java.util.BitSet;

/**
 * Computes parity one data shard at a time, in any order, so that a repair that fetches shard after shard never holds
 * more than one of them beside the m sums. Belongs to one thread.
 */
public final class ParityAccumulator {
    private final int dataShards;
    private final Transform[] columns;
    private final byte[][] parity;
    private final byte[][] product;
    private final BitSet added = new BitSet();

    /**
     * Sums that start at zero.
     *
     * @param shardBytes length of every shard
     */
    public ParityAccumulator(int dataShards, int parityShards, int shardBytes) {
        GfMatrix all = GfMatrix.cauchy(dataShards, parityShards);
        this.dataShards = dataShards;
        this.columns = new Transform[dataShards];
        for (int column = 0; column < dataShards; column++) {
            GfMatrix one = new GfMatrix(parityShards, 1);
            for (int row = 0; row < parityShards; row++) {
                one.set(row, 0, all.get(row, column));
            }
            columns[column] = Kernels.best().prepare(one);
        }
        this.parity = new byte[parityShards][shardBytes];
        this.product = new byte[parityShards][shardBytes];
    }

    /** Adds data shard {@code index}; each must be added exactly once. */
    public void add(int index, byte[] shard) {
        if (added.get(index)) {
            throw new IllegalStateException("expected each data shard once, but found " + index + " again");
        }
        columns[index].apply(new byte[][] {shard}, product, 0, shard.length);
        for (int row = 0; row < parity.length; row++) {
            byte[] sum = parity[row];
            byte[] more = product[row];
            for (int i = 0; i < shard.length; i++) {
                sum[i] ^= more[i];
            }
        }
        added.set(index);
    }

    /** The parity shards, once all data shards were added. */
    public byte[][] parity() {
        if (added.cardinality() != dataShards) {
            throw new IllegalStateException(
                    "expected " + dataShards + " data shards, but found " + added.cardinality());
        }
        return parity;
    }
}
