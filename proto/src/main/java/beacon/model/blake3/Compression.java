package beacon.model.blake3;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Constants of BLAKE3, and its compression function for one block. */
final class Compression {
    static final int BLOCK_BYTES = 64;
    static final int CHUNK_BYTES = 1024;
    static final int BLOCKS_PER_CHUNK = CHUNK_BYTES / BLOCK_BYTES;

    static final int CHUNK_START = 1;
    static final int CHUNK_END = 1 << 1;
    static final int PARENT = 1 << 2;
    static final int ROOT = 1 << 3;
    static final int KEYED_HASH = 1 << 4;
    static final int DERIVE_KEY_CONTEXT = 1 << 5;
    static final int DERIVE_KEY_MATERIAL = 1 << 6;

    static final int ROUNDS = 7;
    private static final int[] IV = {
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19
    };
    private static final int[] PERMUTATION = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};
    private static final int[][] SCHEDULE = schedule();

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Compression() {}

    private static int[][] schedule() {
        int[][] schedule = new int[ROUNDS][16];
        for (int i = 0; i < 16; i++) {
            schedule[0][i] = i;
        }
        for (int round = 1; round < ROUNDS; round++) {
            for (int i = 0; i < 16; i++) {
                schedule[round][i] = schedule[round - 1][PERMUTATION[i]];
            }
        }
        return schedule;
    }

    static int iv(int i) {
        return IV[i];
    }

    static int[] iv() {
        return IV.clone();
    }

    /** Which message word takes place i of a round. */
    static int word(int round, int i) {
        return SCHEDULE[round][i];
    }

    static int read(byte[] bytes, int offset) {
        return (int) WORDS.get(bytes, offset);
    }

    static void write(byte[] bytes, int offset, int word) {
        WORDS.set(bytes, offset, word);
    }

    /** The 16 words after the last round, feed-forward included; the first eight are the chaining value. */
    static int[] compress(int[] chaining, int[] block, long counter, int length, int flags) {
        int[] v = new int[16];
        System.arraycopy(chaining, 0, v, 0, 8);
        System.arraycopy(IV, 0, v, 8, 4);
        v[12] = (int) counter;
        v[13] = (int) (counter >>> 32);
        v[14] = length;
        v[15] = flags;
        for (int round = 0; round < ROUNDS; round++) {
            int[] s = SCHEDULE[round];
            for (int column = 0; column < 4; column++) {
                mix(v, column, 0, block[s[2 * column]], block[s[2 * column + 1]]);
            }
            for (int column = 0; column < 4; column++) {
                mix(v, column, 1, block[s[8 + 2 * column]], block[s[9 + 2 * column]]);
            }
        }
        for (int i = 0; i < 8; i++) {
            v[i] ^= v[i + 8];
            v[i + 8] ^= chaining[i];
        }
        return v;
    }

    /** A column of the four by four matrix of words, or with {@code turn} 1 a diagonal. */
    private static void mix(int[] v, int a, int turn, int x, int y) {
        int b = 4 + ((a + turn) & 3);
        int c = 8 + ((a + 2 * turn) & 3);
        int d = 12 + ((a + 3 * turn) & 3);
        v[a] += v[b] + x;
        v[d] = Integer.rotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = Integer.rotateRight(v[b] ^ v[c], 12);
        v[a] += v[b] + y;
        v[d] = Integer.rotateRight(v[d] ^ v[a], 8);
        v[c] += v[d];
        v[b] = Integer.rotateRight(v[b] ^ v[c], 7);
    }
}
