package beacon.index.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TreeFrontierTest {
    @Property(tries = 200)
    void growsOnFromItsEncodedFormAsIfNothingHappened(
            @ForAll @IntRange(min = 0, max = 2000) int before, @ForAll @IntRange(min = 0, max = 300) int after) {
        TreeFrontier whole = frontier(0, before, new TreeFrontier());

        TreeFrontier restored = TreeFrontier.decode(whole.encode());
        frontier(before, after, restored);
        TreeFrontier copied = frontier(before, after, whole.copy());

        assertThat(whole.size()).isEqualTo(before);
        frontier(before, after, whole);
        assertThat(restored.root()).isEqualTo(whole.root());
        assertThat(restored.encode()).isEqualTo(whole.encode());
        assertThat(copied.encode()).isEqualTo(whole.encode());
    }

    @Test
    void takesOneHashPerOneBitOfTheSize() {
        assertThat(frontier(0, 0, new TreeFrontier()).encode()).hasSize(9);
        assertThat(frontier(0, 256, new TreeFrontier()).encode()).hasSize(9 + 32);
        assertThat(frontier(0, 255, new TreeFrontier()).encode()).hasSize(9 + 8 * 32);
    }

    @Test
    void refusesBytesThatAreNotExactlyAFrontier() {
        byte[] good = frontier(0, 5, new TreeFrontier()).encode();
        byte[] otherFormat = good.clone();
        otherFormat[0] = 9;
        byte[] negative =
                ByteBuffer.allocate(9).put((byte) 1).putLong(Long.MIN_VALUE).array();

        assertRefused(new byte[0]);
        assertRefused(Arrays.copyOf(good, good.length - 1));
        assertRefused(Arrays.copyOf(good, good.length + 1));
        assertRefused(otherFormat);
        assertRefused(negative);
    }

    @Test
    void handsOutOnlySubtreesThatTheLastLeafFinished() {
        TreeFrontier frontier = frontier(0, 6, new TreeFrontier());
        byte[] out = new byte[32];

        frontier.copyCompleted(1, out, 0);

        assertThat(frontier.completedLevel()).isEqualTo(1);
        assertThat(Hash.of(out)).isEqualTo(new TreeHasher().node(leaf(4), leaf(5)));
        assertThatThrownBy(() -> frontier.copyCompleted(2, out, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new TreeFrontier().copyCompleted(0, out, 0)).isInstanceOf(IllegalStateException.class);
    }

    private static void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> TreeFrontier.decode(bytes))
                .isInstanceOfSatisfying(
                        ProofException.class, e -> assertThat(e.reason()).isEqualTo(ProofException.Reason.FRONTIER));
    }

    private static TreeFrontier frontier(int from, int count, TreeFrontier frontier) {
        for (int i = from; i < from + count; i++) {
            frontier.append(leaf(i));
        }
        return frontier;
    }

    private static Hash leaf(int i) {
        return new TreeHasher().leaf(ByteBuffer.allocate(4).putInt(i).array());
    }
}
