package beacon.views.pins;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.proto.v1.GroupState;
import beacon.proto.v1.PinState;
import beacon.views.KeyValues;
import beacon.views.Listing;
import beacon.views.MemoryKeyValues;
import beacon.views.TestLog;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.pins.NodeColumns.NodeColumn;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Listings that are longer than a page. */
class NodeColumnsTest {
    /** Node 1 has the first column of each group and node 2 the second; each artifact is a little longer than a page. */
    private static final int GROUPS = 1_100;

    private static final ByteString NODE = TestLog.node(1);

    private final TestLog log = new TestLog();

    private void place(int artifact) {
        int[][] groups = new int[GROUPS][];
        Arrays.fill(groups, new int[] {1, 2});
        log.append(PinEvents.placed(artifact, 1, groups));
    }

    private KeyValues folded() {
        KeyValues store = new MemoryKeyValues();
        log.run(new ViewRunner(store, List.of(new PinsView())));
        return store;
    }

    private static List<ColumnRef> inParts(ViewSnapshot pins, int atMost) {
        List<ColumnRef> found = new ArrayList<>();
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            Listing<ColumnRef> part = NodeColumns.list(pins, NODE, next.getAsLong(), atMost);
            found.addAll(part.found());
            next = part.next();
        }
        return found;
    }

    @Test
    void listsAcrossPagesWhatIsThereAndNothingThatWasReleasedOrMoved() {
        place(1);
        place(2);
        place(3);
        log.append(PinEvents.moved(3, 700, 0, 3));
        log.append(PinEvents.moved(3, 700, 0, 1));
        log.append(PinEvents.moved(3, 800, 0, 3));
        new PinDeletions(log, 1).delete(2);

        try (ViewSnapshot pins = ViewRunner.snapshot(folded(), new PinsView())) {
            List<ColumnRef> expected = new ArrayList<>();
            for (int artifact : new int[] {1, 3}) {
                ByteString manifest = PinEvents.manifest(artifact);
                PinState pin = PinsView.find(pins, manifest).orElseThrow();
                assertThat(pin.getFirstNumber()).isEqualTo((artifact - 1L) * GROUPS);
                for (GroupState group : PinsView.groups(pins, manifest, 0, GROUPS)) {
                    if (group.getColumns(0).getNodeId().equals(NODE)) {
                        expected.add(new ColumnRef(GroupRef.of(group), 0));
                    }
                }
            }
            assertThat(expected).hasSize(2 * GROUPS - 1);
            assertThat(inParts(pins, 2 * GROUPS)).isEqualTo(expected);
            assertThat(inParts(pins, 97)).isEqualTo(expected);
            assertThat(NodeColumns.load(pins, NODE).columns()).isEqualTo(expected.size());
            assertThat(NodeColumns.manifests(pins, NODE, 0, 10).found())
                    .containsExactly(PinEvents.manifest(1), PinEvents.manifest(3));
        }
    }

    @Test
    void drawsEveryColumnAsOftenAsAnyOtherWhereNothingIsMissingBetween() {
        place(1);
        place(2);
        Map<Long, Integer> drawn = new HashMap<>();
        try (ViewSnapshot pins = ViewRunner.snapshot(folded(), new PinsView())) {
            SplittableRandom random = new SplittableRandom(1);
            for (int draw = 0; draw < 60_000; draw++) {
                NodeColumn column = NodeColumns.draw(pins, NODE, random).orElseThrow();
                drawn.merge(column.number(), 1, Integer::sum);
            }
            assertThat(NodeColumns.draw(pins, TestLog.node(3), random)).isEmpty();
        }
        // A third of the draws fall on each of the pages, of which the last one is short.
        assertThat(drawn.keySet()).hasSizeGreaterThan(2 * GROUPS - 5);
        assertThat(drawn.entrySet())
                .filteredOn(each -> each.getKey() < 2 * ColumnPage.GROUPS)
                .allSatisfy(each -> assertThat(each.getValue()).isLessThan(60));
    }
}
