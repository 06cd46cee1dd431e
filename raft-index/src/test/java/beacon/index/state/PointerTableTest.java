package beacon.index.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PointerTableTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static PointerEntry set(PointerTable table, String key, long sequence) {
        PointerEntry known = table.get(bytes(key));
        PointerEntry entry = (known == null ? PointerEntry.create(bytes(key)) : known)
                .pointed(sequence, new byte[] {(byte) sequence});
        table.put(entry);
        return entry;
    }

    @Property(tries = 60)
    void agreesWithATreeMap(@ForAll @Size(max = 3000) List<@IntRange(max = 2000) Integer> keys) {
        PointerTable table = new PointerTable();
        NavigableMap<String, Long> model = new TreeMap<>();
        long sequence = 0;
        for (int key : keys) {
            sequence++;
            set(table, "k" + key, sequence);
            model.merge("k" + key, 1L, Long::sum);
        }

        PointerTable.Version version = table.freeze();

        assertThat(version.size()).isEqualTo(model.size());
        assertThat(version.scan(bytes(""), null, Integer.MAX_VALUE))
                .extracting(PointerEntry::key)
                .containsExactlyElementsOf(model.keySet());
        model.forEach((key, revisions) ->
                assertThat(version.get(bytes(key)).revision()).isEqualTo(revisions));
    }

    @Test
    void keepsAFrozenVersionWhileTheTableGoesOn() {
        PointerTable table = new PointerTable();
        List<PointerTable.Version> versions = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            set(table, "k" + i % 700, i + 1);
            versions.add(table.freeze());
        }

        PointerTable.Version early = versions.get(699);

        assertThat(early.size()).isEqualTo(700);
        assertThat(early.get(bytes("k3")).revision()).isEqualTo(1);
        assertThat(versions.get(1_999).get(bytes("k3")).revision()).isEqualTo(3);
        assertThat(versions.get(0).size()).isEqualTo(1);
    }

    @Test
    void scansAPrefixInPages() {
        PointerTable table = new PointerTable();
        for (int i = 0; i < 500; i++) {
            set(table, "a/%03d".formatted(i), i + 1);
            set(table, "b/%03d".formatted(i), i + 1);
        }
        PointerTable.Version version = table.freeze();

        List<String> found = new ArrayList<>();
        List<PointerEntry> page = version.scan(bytes("b/"), null, 37);
        while (!page.isEmpty()) {
            page.forEach(entry -> found.add(entry.key()));
            page = version.scan(bytes("b/"), bytes(found.get(found.size() - 1)), 37);
        }

        assertThat(found).hasSize(500).isSorted().allMatch(key -> key.startsWith("b/"));
    }

    @Test
    void knowsEveryRevisionAndWhichWasCurrentAtASequence() {
        PointerTable table = new PointerTable();
        PointerEntry entry = set(table, "a", 3);
        for (long sequence : new long[] {5, 8, 13, 21}) {
            entry = set(table, "a", sequence);
        }

        PointerEntry last = entry;
        assertThat(List.of(1, 2, 3, 4, 5)).extracting(n -> last.sequenceOf(n)).containsExactly(3L, 5L, 8L, 13L, 21L);
        assertThat(last.revisionAsOf(2)).isZero();
        assertThat(last.revisionAsOf(3)).isEqualTo(1);
        assertThat(last.revisionAsOf(12)).isEqualTo(3);
        assertThat(last.revisionAsOf(13)).isEqualTo(4);
        assertThat(last.revisionAsOf(1000)).isEqualTo(5);
    }

    @Test
    void stateOfAnAddressStaysWithinItsBudget() {
        PointerTable table = new PointerTable();
        byte[] cid = new byte[36];
        for (int i = 0; i < 100_000; i++) {
            byte[] key = bytes("agent-%05d:builder@project:task/path/of/an/artifact-%d".formatted(i, i % 7));
            table.put(PointerEntry.create(key).pointed(i + 1, cid));
        }

        PointerTable.Version version = table.freeze();

        // The estimate is checked against the real heap by the bytes_per_pointer benchmark.
        assertThat(version.heapBytes() / version.size()).isLessThanOrEqualTo(250);
    }
}
