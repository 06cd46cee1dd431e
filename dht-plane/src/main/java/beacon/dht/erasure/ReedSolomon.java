package beacon.dht.erasure;

import beacon.dht.erasure.Kernel.Transform;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A systematic Reed–Solomon code: k data shards are kept as they are, m parity shards are added, and any k of the k+m
 * give back all others. An instance belongs to one thread, since it keeps scratch memory and recently used recoveries.
 *
 * <p>Shard i below k is data, from k on parity. All shards of a call have the same length.
 */
public final class ReedSolomon {
    /** Most shards a code over GF(2⁸) can have. */
    public static final int MAX_SHARDS = 256;

    private static final int MAX_KEPT_RECOVERIES = 64;
    /** Bounds what kept recoveries weigh; the vector kernel needs up to 128 bytes for a cell. */
    private static final int MAX_KEPT_CELLS = 1 << 16;

    private final int dataShards;
    private final int parityShards;
    private final Kernel kernel;
    private final GfMatrix parityRows;
    private final Transform encoding;
    private final Map<Losses, Recovery> recoveries = new LinkedHashMap<>(16, 0.75f, true);
    private int keptCells;

    /**
     * A code with the fastest kernel of this runtime.
     *
     * @param dataShards k, at least 1
     * @param parityShards m, at least 1; k+m at most {@link #MAX_SHARDS}
     */
    public ReedSolomon(int dataShards, int parityShards) {
        this(dataShards, parityShards, Kernels.best());
    }

    ReedSolomon(int dataShards, int parityShards, Kernel kernel) {
        if (dataShards < 1 || parityShards < 1 || dataShards + parityShards > MAX_SHARDS) {
            throw new IllegalArgumentException(
                    "expected k ≥ 1, m ≥ 1 and k+m ≤ 256, but found k=" + dataShards + ", m=" + parityShards);
        }
        this.dataShards = dataShards;
        this.parityShards = parityShards;
        this.kernel = kernel;
        this.parityRows = GfMatrix.cauchy(dataShards, parityShards);
        this.encoding = kernel.prepare(parityRows);
    }

    public int dataShards() {
        return dataShards;
    }

    public int parityShards() {
        return parityShards;
    }

    public int totalShards() {
        return dataShards + parityShards;
    }

    /** The kernel in use, for reports: "plain" or "vector-" and the width in bits. */
    public String kernelName() {
        return kernel.name();
    }

    /** Computes all parity shards. */
    public void encode(byte[][] data, byte[][] parity) {
        requireCount("data shards", dataShards, data.length);
        requireCount("parity shards", parityShards, parity.length);
        int length = data[0].length;
        requireLengths(data, length);
        requireLengths(parity, length);
        encoding.apply(data, parity, 0, length);
    }

    /** Computes bytes [from, to) of all parity shards, for shards that live in larger buffers. */
    public void encode(byte[][] data, byte[][] parity, int from, int to) {
        requireCount("data shards", dataShards, data.length);
        requireCount("parity shards", parityShards, parity.length);
        encoding.apply(data, parity, from, to);
    }

    /** Whether the parity shards belong to the data shards. */
    public boolean verify(byte[][] shards) {
        requireCount("shards", totalShards(), shards.length);
        int length = shards[0].length;
        requireLengths(shards, length);
        byte[][] data = Arrays.copyOfRange(shards, 0, dataShards);
        byte[][] parity = new byte[parityShards][length];
        encoding.apply(data, parity, 0, length);
        for (int i = 0; i < parityShards; i++) {
            if (!Arrays.equals(parity[i], shards[dataShards + i])) {
                return false;
            }
        }
        return true;
    }

    /**
     * Fills the wanted shards from the present ones. Shards that are neither are not looked at, so an empty array will
     * do for them; of the present ones the first k are read.
     *
     * @throws IllegalArgumentException when fewer than k are present, or one is both wanted and present
     */
    public void rebuild(byte[][] shards, BitSet present, BitSet wanted) {
        int any = present.nextSetBit(0);
        rebuild(shards, present, wanted, 0, any < 0 ? 0 : shards[any].length);
    }

    /** As {@link #rebuild(byte[][], BitSet, BitSet)}, for bytes [from, to) only. */
    public void rebuild(byte[][] shards, BitSet present, BitSet wanted, int from, int to) {
        requireCount("shards", totalShards(), shards.length);
        if (wanted.isEmpty()) {
            return;
        }
        if (present.length() > totalShards() || wanted.length() > totalShards() || present.intersects(wanted)) {
            throw new IllegalArgumentException("expected present and wanted to be apart and below " + totalShards()
                    + ", but found present=" + present + ", wanted=" + wanted);
        }
        if (present.cardinality() < dataShards) {
            throw new IllegalArgumentException(
                    "expected at least " + dataShards + " present shards, but found " + present.cardinality());
        }
        recovery(new Losses(firstOf(present), (BitSet) wanted.clone())).apply(shards, from, to);
    }

    private BitSet firstOf(BitSet present) {
        BitSet sources = new BitSet(totalShards());
        int source = present.nextSetBit(0);
        for (int count = 0; count < dataShards; count++) {
            sources.set(source);
            source = present.nextSetBit(source + 1);
        }
        return sources;
    }

    private Recovery recovery(Losses losses) {
        Recovery known = recoveries.get(losses);
        if (known != null) {
            return known;
        }
        Recovery made = Recovery.of(parityRows, losses, kernel);
        recoveries.put(losses, made);
        keptCells += made.cells();
        var oldest = recoveries.entrySet().iterator();
        while (recoveries.size() > 1 && (recoveries.size() > MAX_KEPT_RECOVERIES || keptCells > MAX_KEPT_CELLS)) {
            keptCells -= oldest.next().getValue().cells();
            oldest.remove();
        }
        return made;
    }

    /** Recoveries kept at the moment; never more than 64. */
    int keptRecoveries() {
        return recoveries.size();
    }

    private static void requireCount(String what, int expected, int found) {
        if (expected != found) {
            throw new IllegalArgumentException("expected " + expected + " " + what + ", but found " + found);
        }
    }

    private static void requireLengths(byte[][] shards, int length) {
        for (byte[] shard : shards) {
            if (shard.length != length) {
                throw new IllegalArgumentException(
                        "expected shards of " + length + " bytes, but found one of " + shard.length);
            }
        }
    }
}
