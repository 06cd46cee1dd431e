package beacon.dht.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class StripeTest {
    @Property(tries = 200)
    void aStreamInPiecesComesBackFromAnyKCells(
            @ForAll @IntRange(min = 1, max = 7) int dataShards,
            @ForAll @IntRange(min = 1, max = 4) int parityShards,
            @ForAll @IntRange(min = 1, max = 50) int cellBytes,
            @ForAll @IntRange(min = 0, max = 2000) int length,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] input = new byte[length];
        random.nextBytes(input);
        ReedSolomon code = new ReedSolomon(dataShards, parityShards);
        List<byte[][]> stripes = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        StripeEncoder encoder = new StripeEncoder(code, cellBytes, (stripe, cells, bytes) -> {
            byte[][] copy = new byte[cells.length][];
            for (int i = 0; i < copy.length; i++) {
                copy[i] = cells[i].clone();
            }
            stripes.add(copy);
            lengths.add(bytes);
        });

        for (int at = 0; at < length; ) {
            int part = Math.min(length - at, 1 + random.nextInt(97));
            encoder.write(input, at, part);
            at += part;
        }
        StripeLayout layout = encoder.finish();

        assertThat(layout.length()).isEqualTo(length);
        assertThat(layout.stripes()).isEqualTo(stripes.size());
        assertThat(layout.shardBytes())
                .isEqualTo(lengths.stream().mapToLong(Integer::longValue).sum());
        byte[] output = new byte[length];
        StripeDecoder decoder = new StripeDecoder(code, layout);
        int at = 0;
        for (int stripe = 0; stripe < stripes.size(); stripe++) {
            assertThat(lengths.get(stripe)).isEqualTo(layout.cellBytes(stripe));
            BitSet present = new BitSet();
            while (present.cardinality() < dataShards) {
                present.set(random.nextInt(dataShards + parityShards));
            }
            byte[][] cells = stripes.get(stripe);
            for (int i = 0; i < cells.length; i++) {
                if (!present.get(i)) {
                    random.nextBytes(cells[i]);
                }
            }
            decoder.decode(stripe, cells, present, output, at);
            at += layout.dataBytes(stripe);
        }
        assertThat(output).isEqualTo(input);
    }

    @Example
    void aFewBytesDoNotBecomeFullCells() {
        ReedSolomon code = new ReedSolomon(10, 4);
        List<Integer> lengths = new ArrayList<>();
        StripeEncoder encoder = new StripeEncoder(code, 1 << 20, (stripe, cells, bytes) -> lengths.add(bytes));

        encoder.write(new byte[25], 0, 25);
        StripeLayout layout = encoder.finish();

        assertThat(lengths).containsExactly(3);
        assertThat(layout.shardBytes()).isEqualTo(3);
    }

    @Property(tries = 50)
    void addingShardsInAnyOrderGivesTheSameParity(
            @ForAll @IntRange(min = 1, max = 12) int dataShards, @ForAll long seed) {
        Random random = new Random(seed);
        ReedSolomon code = new ReedSolomon(dataShards, 4);
        byte[][] shards = ReedSolomonTest.encoded(code, 100, seed);
        ParityAccumulator sums = new ParityAccumulator(dataShards, 4, 100);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < dataShards; i++) {
            order.add(random.nextInt(order.size() + 1), i);
        }

        order.forEach(index -> sums.add(index, shards[index]));

        for (int row = 0; row < 4; row++) {
            assertThat(sums.parity()[row]).isEqualTo(shards[dataShards + row]);
        }
    }

    @Example
    void aShardIsAddedOnlyOnce() {
        ParityAccumulator sums = new ParityAccumulator(3, 2, 8);
        sums.add(1, new byte[8]);

        assertThatThrownBy(() -> sums.add(1, new byte[8])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(sums::parity).isInstanceOf(IllegalStateException.class);
    }
}
