package beacon.dht.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReedSolomonTest {
    @Test
    void recoversEveryErasurePatternOf10Plus4() {
        ReedSolomon code = new ReedSolomon(10, 4);
        byte[][] shards = encoded(code, 67, 1);
        int patterns = 0;

        for (int mask = 0; mask < 1 << 14; mask++) {
            if (Integer.bitCount(mask) <= 4) {
                BitSet lost = BitSet.valueOf(new long[] {mask});
                assertRebuilds(code, shards, lost);
                patterns++;
            }
        }

        assertThat(patterns).isEqualTo(1 + 14 + 91 + 364 + 1001);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,255", "255,1", "128,128", "2,3", "13,5", "25,9", "200,56"})
    void recoversAsManyLossesAsThereAreParityShards(int dataShards, int parityShards) {
        ReedSolomon code = new ReedSolomon(dataShards, parityShards);
        byte[][] shards = encoded(code, 33, dataShards);
        Random random = new Random(dataShards * 1000L + parityShards);

        for (int round = 0; round < 3; round++) {
            BitSet lost = new BitSet();
            while (lost.cardinality() < parityShards) {
                lost.set(random.nextInt(code.totalShards()));
            }
            assertRebuilds(code, shards, lost);
        }
    }

    @Test
    void givesTheBytesOfTheCauchyCodeOfIsaL() {
        // Data shards 01 02 04 ... of one byte; parity by the definition Σ 1/((k+j) ⊕ i) · dᵢ over 0x11d.
        byte[][] data = {{1}, {2}, {3}};
        byte[][] parity = new byte[2][1];

        new ReedSolomon(3, 2).encode(data, parity);

        // 1/3 = f4, 1/2 = 8e, 1/1 = 01; 1/4 = 47, 1/5 = a7, 1/6 = 7a
        assertThat(parity[0][0] & 0xff)
                .isEqualTo(slowMultiply(0xf4, 1) ^ slowMultiply(0x8e, 2) ^ slowMultiply(0x01, 3));
        assertThat(parity[1][0] & 0xff)
                .isEqualTo(slowMultiply(0x47, 1) ^ slowMultiply(0xa7, 2) ^ slowMultiply(0x7a, 3));
    }

    @Test
    void keepsABoundedNumberOfRecoveries() {
        ReedSolomon code = new ReedSolomon(10, 4);
        byte[][] shards = encoded(code, 8, 3);

        for (int first = 0; first < 14; first++) {
            for (int second = first + 1; second < 14; second++) {
                BitSet lost = new BitSet();
                lost.set(first);
                lost.set(second);
                assertRebuilds(code, shards, lost);
            }
        }

        assertThat(code.keptRecoveries()).isEqualTo(64);
    }

    @Test
    void noticesAChangedShard() {
        ReedSolomon code = new ReedSolomon(4, 2);
        byte[][] shards = encoded(code, 100, 5);
        assertThat(code.verify(shards)).isTrue();

        shards[2][50] ^= 1;

        assertThat(code.verify(shards)).isFalse();
    }

    @Test
    void refusesTooFewShards() {
        ReedSolomon code = new ReedSolomon(4, 2);
        byte[][] shards = encoded(code, 16, 5);
        BitSet present = new BitSet();
        present.set(0, 3);
        BitSet wanted = new BitSet();
        wanted.set(3);

        assertThatThrownBy(() -> code.rebuild(shards, present, wanted))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected at least 4 present shards, but found 3");
    }

    @Test
    void refusesShardsOfDifferentLength() {
        ReedSolomon code = new ReedSolomon(2, 1);

        assertThatThrownBy(() -> code.encode(new byte[][] {new byte[3], new byte[4]}, new byte[1][3]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,0", "200,57", "256,1"})
    void refusesCodesThatDoNotExist(int dataShards, int parityShards) {
        assertThatThrownBy(() -> new ReedSolomon(dataShards, parityShards))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRebuilds(ReedSolomon code, byte[][] shards, BitSet lost) {
        byte[][] damaged = new byte[shards.length][];
        BitSet present = new BitSet();
        for (int i = 0; i < shards.length; i++) {
            damaged[i] = lost.get(i) ? new byte[shards[i].length] : shards[i].clone();
            present.set(i, !lost.get(i));
        }

        code.rebuild(damaged, present, lost);

        assertThat(Arrays.deepEquals(damaged, shards)).as("lost %s", lost).isTrue();
    }

    static byte[][] encoded(ReedSolomon code, int length, long seed) {
        byte[][] shards = new byte[code.totalShards()][length];
        Random random = new Random(seed);
        byte[][] data = Arrays.copyOfRange(shards, 0, code.dataShards());
        for (byte[] shard : data) {
            random.nextBytes(shard);
        }
        code.encode(data, Arrays.copyOfRange(shards, code.dataShards(), code.totalShards()));
        return shards;
    }

    /** The field by its definition: polynomial product, reduced bit by bit. */
    static int slowMultiply(int a, int b) {
        int product = 0;
        for (int bit = 0; bit < 8; bit++) {
            product ^= ((b >> bit) & 1) * (a << bit);
        }
        for (int bit = 15; bit >= 8; bit--) {
            if ((product >> bit & 1) != 0) {
                product ^= 0x11d << (bit - 8);
            }
        }
        return product;
    }
}
