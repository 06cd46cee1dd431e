package beacon.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.proto.v1.NodeState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

class MessageValuesTest {
    private static final byte[] FIRST = {1};
    private static final byte[] END = {9};
    private static final MessageValues<NodeState> VALUES = new MessageValues<>(NodeState.parser(), "a node's state");

    private final Entries entries = new Entries();

    @Test
    void aPageEndsWhenItIsFullAndTheNextOneBeginsBehindIt() {
        entries.put(1, "a").put(2, "b").put(3, "c").put(9, "beyond");

        List<NodeState> page = VALUES.list(entries, FIRST, END, 2);
        List<NodeState> rest = VALUES.list(entries, Keys.next(new byte[] {2}), END, 2);

        assertThat(page).extracting(NodeState::getReason).containsExactly("a", "b");
        assertThat(rest).extracting(NodeState::getReason).containsExactly("c");
        assertThat(VALUES.list(entries, FIRST, END, 0)).isEmpty();
    }

    @Test
    void aPageIsFilledWithWhatIsWanted() {
        entries.put(1, "a").put(2, "b").put(3, "a").put(4, "a");

        List<NodeState> page =
                VALUES.list(entries, FIRST, END, 2, node -> node.getReason().equals("a"));

        assertThat(page).hasSize(2);
        assertThat(entries.shown).isEqualTo(3);
    }

    @Test
    void damagedBytesAreSaidToBeWhatTheyShouldBe() {
        entries.values.put(FIRST, new byte[] {(byte) 0xff});

        assertThatThrownBy(() -> VALUES.find(entries, FIRST))
                .isInstanceOf(ViewException.class)
                .hasMessageContaining("expected a node's state, but found damaged bytes");
        assertThat(VALUES.find(entries, END)).isEmpty();
    }

    private static final class Entries implements StateReader {
        private final NavigableMap<byte[], byte[]> values = new TreeMap<>(Arrays::compareUnsigned);
        private int shown;

        Entries put(int key, String reason) {
            values.put(
                    new byte[] {(byte) key},
                    NodeState.newBuilder().setReason(reason).build().toByteArray());
            return this;
        }

        @Override
        public byte[] get(byte[] key) {
            return values.get(key);
        }

        @Override
        public void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) {
            for (Map.Entry<byte[], byte[]> each : values.subMap(from, to).entrySet()) {
                shown++;
                if (!visitor.test(each.getKey(), each.getValue())) {
                    return;
                }
            }
        }
    }
}
