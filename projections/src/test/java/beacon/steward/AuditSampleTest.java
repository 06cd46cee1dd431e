package beacon.steward;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.steward.AuditSample.Item;
import beacon.views.MemoryKeyValues;
import beacon.views.TestLog;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
import beacon.views.pins.PinEvents;
import beacon.views.pins.PinsView;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AuditSampleTest {
    private final TestLog log = new TestLog();

    private List<Item> draw(int node, long lot, int atMost) {
        MemoryKeyValues store = new MemoryKeyValues();
        log.run(new ViewRunner(store, List.of(new PinsView())));
        try (ViewSnapshot pins = ViewRunner.snapshot(store, new PinsView())) {
            return AuditSample.of(pins, TestLog.node(node), new SplittableRandom(lot), atMost);
        }
    }

    private static Set<ColumnRef> columns(List<Item> items) {
        Set<ColumnRef> columns = new LinkedHashSet<>();
        items.forEach(item -> columns.add(item.column()));
        return columns;
    }

    @Test
    void drawsDifferentBlocksOfTheNodeOnlyAndOtherLotsDrawOthers() {
        for (int artifact = 1; artifact <= 40; artifact++) {
            log.append(PinEvents.placed(artifact, 1, new int[] {1, 2}, new int[] {3, 1, 2}));
        }

        List<Item> drawn = draw(1, 7, 20);

        assertThat(drawn).hasSize(20).doesNotHaveDuplicates().isEqualTo(draw(1, 7, 20));
        assertThat(drawn).isNotEqualTo(draw(1, 8, 20));
        assertThat(columns(drawn))
                .allMatch(column -> column.column() == column.group().group());
        assertThat(drawn).allMatch(item -> item.block() >= 0 && item.block() < 4);
    }

    @Test
    void aNodeWithoutColumnsIsAskedForNothing() {
        log.append(PinEvents.placed(1, 1, new int[] {1, 2}, new int[] {3, 1, 2}));

        assertThat(draw(4, 7, 20)).isEmpty();
        assertThat(draw(1, 7, 0)).isEmpty();
    }

    @Test
    void whatIsKnownToBeDamagedIsNotDrawn() {
        log.append(PinEvents.placed(1, 1, new int[] {1, 2}, new int[] {3, 1, 2}));
        log.append(PinEvents.faulted(1, 1, 1, 1, 2));

        assertThat(columns(draw(1, 7, 20))).containsExactly(new ColumnRef(new GroupRef(PinEvents.manifest(1), 0), 0));
    }

    @Test
    void ofManyColumnsEveryGroupOfAnArtifactHasItsChance() {
        int[][] groups = new int[2_000][];
        java.util.Arrays.fill(groups, new int[] {1, 2});
        log.append(PinEvents.placed(1, 1, groups));

        Set<Integer> drawn = new LinkedHashSet<>();
        draw(1, 7, 400).forEach(item -> drawn.add(item.column().group().group()));

        assertThat(drawn).hasSizeGreaterThan(300).anyMatch(group -> group > 1_900);
    }
}
