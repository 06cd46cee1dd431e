package beacon.node.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.blockstore.BlockHash;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MarksTest {
    private static final int BLOCKS = 20_000;

    private static List<Cid> blocks(int from) {
        return IntStream.range(from, from + BLOCKS)
                .mapToObj(number -> BlockHash.sha256(
                        Cid.RAW,
                        ByteString.copyFrom(ByteBuffer.allocate(Integer.BYTES)
                                .putInt(number)
                                .flip())))
                .toList();
    }

    private static Marks marked(long seed) {
        Marks marks = new Marks(BLOCKS, seed);
        blocks(0).forEach(marks::add);
        return marks;
    }

    @Test
    void hasEverythingThatWasMarkedAndHardlyAnythingElse() {
        Marks marks = marked(7);

        assertThat(blocks(0)).allMatch(marks::mayHave);
        assertThat(blocks(BLOCKS).stream().filter(marks::mayHave).count()).isLessThan(BLOCKS / 500);
    }

    @Test
    void anotherSeedMakesOtherMistakes() {
        List<Cid> others = blocks(BLOCKS);
        Predicate<Cid> first = marked(1)::mayHave;
        Predicate<Cid> second = marked(2)::mayHave;

        long both = others.stream().filter(first.and(second)).count();

        assertThat(both).isLessThanOrEqualTo(2);
    }

    @Test
    void moreThanExpectedMakesMistakesAndForgetsNothing() {
        Marks marks = new Marks(0, 3);
        blocks(0).forEach(marks::add);

        assertThat(blocks(0)).allMatch(marks::mayHave);
    }
}
