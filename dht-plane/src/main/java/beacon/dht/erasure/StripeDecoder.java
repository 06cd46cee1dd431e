package beacon.dht.erasure;

import java.util.BitSet;

/** Gives back the bytes of one stripe after another from any k cells of each. Belongs to one thread. */
public final class StripeDecoder {
    private final ReedSolomon code;
    private final StripeLayout layout;

    public StripeDecoder(ReedSolomon code, StripeLayout layout) {
        if (code.dataShards() != layout.dataShards()) {
            throw new IllegalArgumentException(
                    "expected a layout of " + code.dataShards() + " data shards, but found " + layout.dataShards());
        }
        this.code = code;
        this.layout = layout;
    }

    /**
     * Writes the bytes of a stripe.
     *
     * @param cells k+m arrays of at least the cell length; missing data cells are filled, missing parity cells are not
     *     looked at
     * @param target receives {@link StripeLayout#dataBytes(long)} bytes
     */
    public void decode(long stripe, byte[][] cells, BitSet present, byte[] target, int offset) {
        int cellBytes = layout.cellBytes(stripe);
        BitSet wanted = (BitSet) present.clone();
        wanted.flip(0, code.totalShards());
        wanted.clear(code.dataShards(), code.totalShards());
        code.rebuild(cells, present, wanted, 0, cellBytes);
        int left = layout.dataBytes(stripe);
        for (int cell = 0; left > 0; cell++) {
            int part = Math.min(left, cellBytes);
            System.arraycopy(cells[cell], 0, target, offset + cell * cellBytes, part);
            left -= part;
        }
    }
}
