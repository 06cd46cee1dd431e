package beacon.dht.erasure;

import beacon.dht.erasure.Kernel.Transform;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The way from k present shards to the wanted ones: one matrix, prepared for the kernel. Only the part of the parity
 * matrix that belongs to the lost data has to be inverted, so the cost is that of the losses and not of k.
 */
final class Recovery {
    private final int[] sources;
    private final int[] wanted;
    private final Transform transform;

    private Recovery(int[] sources, int[] wanted, Transform transform) {
        this.sources = sources;
        this.wanted = wanted;
        this.transform = transform;
    }

    static Recovery of(GfMatrix parityRows, Losses losses, Kernel kernel) {
        int dataShards = parityRows.columns();
        int[] sources = losses.sources().stream().toArray();
        int[] wanted = losses.wanted().stream().toArray();
        int[] lost = lost(dataShards, losses.sources());
        GfMatrix lostData = lostDataRows(parityRows, lost, sources);
        GfMatrix rows = new GfMatrix(wanted.length, sources.length);
        for (int row = 0; row < wanted.length; row++) {
            for (int source = 0; source < sources.length; source++) {
                int value = wanted[row] < dataShards
                        ? lostData.get(Arrays.binarySearch(lost, wanted[row]), source)
                        : parityCell(parityRows, wanted[row] - dataShards, lostData, lost, sources[source], source);
                rows.set(row, source, value);
            }
        }
        return new Recovery(sources, wanted, kernel.prepare(rows));
    }

    int cells() {
        return sources.length * wanted.length;
    }

    void apply(byte[][] shards, int from, int to) {
        transform.apply(pick(shards, sources), pick(shards, wanted), from, to);
    }

    private static byte[][] pick(byte[][] shards, int[] indexes) {
        byte[][] picked = new byte[indexes.length][];
        for (int i = 0; i < indexes.length; i++) {
            picked[i] = shards[indexes[i]];
        }
        return picked;
    }

    private static int[] lost(int dataShards, BitSet sources) {
        BitSet lost = (BitSet) sources.clone();
        lost.flip(0, dataShards);
        lost.clear(dataShards, Math.max(dataShards, lost.length()));
        return lost.stream().toArray();
    }

    /**
     * Each lost data shard as a sum over the sources. With E the lost and A the present data, a parity shard is
     * C_E·d_E + C_A·d_A, so d_E is the inverse of C_E times the parity shards and C_A·d_A.
     */
    private static GfMatrix lostDataRows(GfMatrix parityRows, int[] lost, int[] sources) {
        int dataShards = parityRows.columns();
        int presentData = dataShards - lost.length;
        GfMatrix square = new GfMatrix(lost.length, lost.length);
        for (int row = 0; row < lost.length; row++) {
            for (int column = 0; column < lost.length; column++) {
                square.set(row, column, parityRows.get(sources[presentData + row] - dataShards, lost[column]));
            }
        }
        GfMatrix inverse = square.inverted();
        GfMatrix rows = new GfMatrix(lost.length, sources.length);
        for (int row = 0; row < lost.length; row++) {
            for (int source = 0; source < sources.length; source++) {
                int value = 0;
                if (source >= presentData) {
                    value = inverse.get(row, source - presentData);
                } else {
                    for (int i = 0; i < lost.length; i++) {
                        int parity = sources[presentData + i] - dataShards;
                        value ^= Gf256.multiply(inverse.get(row, i), parityRows.get(parity, sources[source]));
                    }
                }
                rows.set(row, source, value);
            }
        }
        return rows;
    }

    /** A lost parity shard: its own row over the data, with the lost data replaced by their sums over the sources. */
    private static int parityCell(
            GfMatrix parityRows, int parity, GfMatrix lostData, int[] lost, int shard, int source) {
        int value = shard < parityRows.columns() ? parityRows.get(parity, shard) : 0;
        for (int i = 0; i < lost.length; i++) {
            value ^= Gf256.multiply(parityRows.get(parity, lost[i]), lostData.get(i, source));
        }
        return value;
    }
}
