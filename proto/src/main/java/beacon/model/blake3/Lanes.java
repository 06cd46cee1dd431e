package beacon.model.blake3;

import java.util.Arrays;

/**
 * Compresses up to {@value #LANES} chunks side by side: word i of all lanes is one array, so that every line of
 * {@link #mix} is a plain loop that the JIT turns into vector instructions. That is about ten times as fast as one
 * chunk after the other. Holds scratch memory, so one instance serves one thread.
 */
final class Lanes {
    /** Chunks at once: 64 keep the state and the message (8 KiB) in the first-level cache. */
    static final int LANES = 64;

    private final int[][] state = new int[16][LANES];
    private final int[][] message = new int[16][LANES];
    private final int[] key;
    private final int flags;

    Lanes(Mode mode) {
        this.key = mode.key();
        this.flags = mode.flags();
    }

    /**
     * The chaining value of a complete subtree.
     *
     * @param chunks a power of two, at least 2 and at most {@value #LANES}
     * @param first number of the first chunk
     */
    int[] subtree(byte[] in, int offset, int chunks, long first) {
        chunks(in, offset, chunks, first);
        int lanes = chunks;
        while (lanes > 1) {
            lanes /= 2;
            parents(lanes);
        }
        int[] value = new int[8];
        for (int i = 0; i < 8; i++) {
            value[i] = state[i][0];
        }
        return value;
    }

    private void chunks(byte[] in, int offset, int lanes, long first) {
        for (int i = 0; i < 8; i++) {
            Arrays.fill(state[i], 0, lanes, key[i]);
        }
        for (int block = 0; block < Compression.BLOCKS_PER_CHUNK; block++) {
            load(in, offset + block * Compression.BLOCK_BYTES, lanes);
            for (int lane = 0; lane < lanes; lane++) {
                state[12][lane] = (int) (first + lane);
                state[13][lane] = (int) ((first + lane) >>> 32);
            }
            int border = block == 0
                    ? Compression.CHUNK_START
                    : block == Compression.BLOCKS_PER_CHUNK - 1 ? Compression.CHUNK_END : 0;
            compress(lanes, flags | border);
        }
    }

    /** Replaces the values of 2 n children by those of their n parents. */
    private void parents(int lanes) {
        for (int i = 0; i < 8; i++) {
            int[] children = state[i];
            for (int lane = 0; lane < lanes; lane++) {
                message[i][lane] = children[2 * lane];
                message[i + 8][lane] = children[2 * lane + 1];
            }
            Arrays.fill(children, 0, lanes, key[i]);
        }
        Arrays.fill(state[12], 0, lanes, 0);
        Arrays.fill(state[13], 0, lanes, 0);
        compress(lanes, flags | Compression.PARENT);
    }

    private void load(byte[] in, int offset, int lanes) {
        for (int word = 0; word < 16; word++) {
            int[] to = message[word];
            int from = offset + 4 * word;
            for (int lane = 0; lane < lanes; lane++) {
                to[lane] = Compression.read(in, from);
                from += Compression.CHUNK_BYTES;
            }
        }
    }

    private void compress(int lanes, int blockFlags) {
        int[][] v = state;
        for (int i = 0; i < 4; i++) {
            Arrays.fill(v[8 + i], 0, lanes, Compression.iv(i));
        }
        Arrays.fill(v[14], 0, lanes, Compression.BLOCK_BYTES);
        Arrays.fill(v[15], 0, lanes, blockFlags);
        for (int round = 0; round < Compression.ROUNDS; round++) {
            for (int column = 0; column < 4; column++) {
                mix(v, column, 0, word(round, 2 * column), word(round, 2 * column + 1), lanes);
            }
            for (int column = 0; column < 4; column++) {
                mix(v, column, 1, word(round, 8 + 2 * column), word(round, 9 + 2 * column), lanes);
            }
        }
        for (int i = 0; i < 8; i++) {
            xor(v[i], v[i + 8], lanes);
        }
    }

    private int[] word(int round, int i) {
        return message[Compression.word(round, i)];
    }

    /** A column of the four by four matrix of words, or with {@code turn} 1 a diagonal. */
    private static void mix(int[][] v, int column, int turn, int[] x, int[] y, int lanes) {
        int[] a = v[column];
        int[] b = v[4 + ((column + turn) & 3)];
        int[] c = v[8 + ((column + 2 * turn) & 3)];
        int[] d = v[12 + ((column + 3 * turn) & 3)];
        for (int lane = 0; lane < lanes; lane++) {
            int va = a[lane] + b[lane] + x[lane];
            int vd = Integer.rotateRight(d[lane] ^ va, 16);
            int vc = c[lane] + vd;
            int vb = Integer.rotateRight(b[lane] ^ vc, 12);
            va = va + vb + y[lane];
            vd = Integer.rotateRight(vd ^ va, 8);
            vc = vc + vd;
            vb = Integer.rotateRight(vb ^ vc, 7);
            a[lane] = va;
            b[lane] = vb;
            c[lane] = vc;
            d[lane] = vd;
        }
    }

    private static void xor(int[] to, int[] from, int lanes) {
        for (int lane = 0; lane < lanes; lane++) {
            to[lane] ^= from[lane];
        }
    }
}
