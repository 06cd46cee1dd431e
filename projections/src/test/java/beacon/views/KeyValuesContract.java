package beacon.views;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every place for the state of views does. */
public abstract class KeyValuesContract {
    private static final byte[] FIRST = {};
    private static final byte[] LAST = {(byte) 0xff, (byte) 0xff};

    private KeyValues store;

    protected abstract KeyValues open();

    @BeforeEach
    void openIt() {
        store = open();
    }

    @AfterEach
    void closeIt() {
        store.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Commits keys and values; a value "-" removes the key. */
    private void commit(String... keysAndValues) {
        NavigableMap<byte[], byte @Nullable []> changes = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            String value = keysAndValues[i + 1];
            changes.put(bytes(keysAndValues[i]), value.equals("-") ? null : bytes(value));
        }
        store.commit(changes);
    }

    private static List<String> entries(KeyValues.Reader reader, byte[] from, byte[] to) {
        List<String> found = new ArrayList<>();
        reader.scan(from, to, (key, value) -> found.add(new String(key, UTF_8) + '=' + new String(value, UTF_8)));
        return found;
    }

    @Test
    void givesBackWhatWasCommitted() {
        commit("a", "1", "b", "");

        assertThat(store.latest().get(bytes("a"))).isEqualTo(bytes("1"));
        assertThat(store.latest().get(bytes("b"))).isEmpty();
        assertThat(store.latest().get(bytes("c"))).isNull();
    }

    @Test
    void givesManyValuesInTheOrderAskedFor() {
        commit("a", "1", "b", "", "c", "3");

        try (KeyValues.Reader snapshot = store.snapshot()) {
            commit("a", "2", "d", "4");
            assertThat(snapshot.getAll(List.of(bytes("c"), bytes("d"), bytes("a"), bytes("b"), bytes("c"))))
                    .containsExactly(bytes("3"), null, bytes("1"), bytes(""), bytes("3"));
            assertThat(snapshot.getAll(List.of())).isEmpty();
        }
        assertThat(store.latest().getAll(List.of(bytes("d"), bytes("a")))).containsExactly(bytes("4"), bytes("2"));
    }

    @Test
    void replacesAndRemoves() {
        commit("a", "1", "b", "2");
        commit("a", "-", "b", "3", "never", "-");

        assertThat(entries(store.latest(), FIRST, LAST)).containsExactly("b=3");
    }

    @Test
    void scansInUnsignedOrderFromInclusiveToExclusive() {
        NavigableMap<byte[], byte @Nullable []> changes = new TreeMap<>(Arrays::compareUnsigned);
        for (int first : new int[] {0x80, 0x7f, 0xfe, 0}) {
            changes.put(new byte[] {(byte) first}, new byte[0]);
            changes.put(new byte[] {(byte) first, 1}, new byte[0]);
        }
        store.commit(changes);

        List<String> found = new ArrayList<>();
        store.latest()
                .scan(new byte[] {0x7f}, new byte[] {(byte) 0xfe}, (key, value) -> found.add(Arrays.toString(key)));

        assertThat(found).containsExactly("[127]", "[127, 1]", "[-128]", "[-128, 1]");
    }

    @Test
    void scanEndsWhenTheVisitorHasEnough() {
        commit("a", "1", "b", "2", "c", "3");
        List<String> found = new ArrayList<>();

        store.latest().scan(FIRST, LAST, (key, value) -> {
            found.add(new String(key, UTF_8));
            return found.size() < 2;
        });

        assertThat(found).containsExactly("a", "b");
    }

    @Test
    void snapshotStaysAsItWas() {
        commit("a", "1", "b", "2");
        try (KeyValues.Reader snapshot = store.snapshot()) {
            commit("a", "9", "b", "-", "c", "3");
            store.removeRange(bytes("a"), bytes("b"));

            assertThat(entries(snapshot, FIRST, LAST)).containsExactly("a=1", "b=2");
            assertThat(snapshot.get(bytes("a"))).isEqualTo(bytes("1"));
            assertThat(entries(store.latest(), FIRST, LAST)).containsExactly("c=3");
        }
    }

    @Test
    void latestSeesLaterCommits() {
        KeyValues.Reader latest = store.latest();
        commit("a", "1");

        assertThat(latest.get(bytes("a"))).isEqualTo(bytes("1"));
        assertThat(entries(latest, FIRST, LAST)).containsExactly("a=1");
    }

    @Test
    void removesARangeFromInclusiveToExclusive() {
        commit("a", "1", "b", "2", "c", "3", "d", "4");

        store.removeRange(bytes("b"), bytes("d"));

        assertThat(entries(store.latest(), FIRST, LAST)).containsExactly("a=1", "d=4");
    }
}
