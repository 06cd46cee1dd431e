package beacon.views.pins;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.PinState;
import beacon.views.KeyValues;
import beacon.views.Listing;
import beacon.views.MemoryKeyValues;
import beacon.views.StateReader;
import beacon.views.TestLog;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PinsViewTest {
    private final TestLog log = new TestLog();

    private <T> T ask(Function<StateReader, T> question) {
        KeyValues store = new MemoryKeyValues();
        log.run(new ViewRunner(store, List.of(new PinsView())));
        try (ViewSnapshot snapshot = ViewRunner.snapshot(store, new PinsView())) {
            return question.apply(snapshot);
        }
    }

    private List<GroupRef> endangeredGroups() {
        return ask(PinsViewTest::endangered);
    }

    private List<GroupRef> groupsOn(int node) {
        return ask(state -> on(state, node));
    }

    private static List<GroupRef> endangered(StateReader state) {
        List<GroupRef> found = new ArrayList<>();
        PinsView.endangered(state, (number, group) -> {
            GroupRef ref = GroupRef.of(group);
            assertThat(PinsView.group(state, ref)).contains(group);
            assertThat(PinsView.group(state, number)).contains(group);
            return found.add(ref);
        });
        return found;
    }

    private static List<GroupRef> on(StateReader state, int node) {
        List<GroupRef> found = new ArrayList<>();
        NodeColumns.scan(state, TestLog.node(node), column -> {
            GroupState group = PinsView.group(state, column.number()).orElseThrow();
            assertThat(column.ofManifest()).isEqualTo(group.getGroup() == 0);
            assertThat(column.columns()).isEqualTo(group.getColumnsCount());
            assertThat(column.dataShards()).isEqualTo(group.getDataShards());
            return found.add(GroupRef.of(group));
        });
        return found;
    }

    /** In parts of two. */
    private static <T> List<T> all(LongFunction<Listing<T>> listing) {
        List<T> found = new ArrayList<>();
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            Listing<T> part = listing.apply(next.getAsLong());
            next = part.next();
            assertThat(part.found())
                    .hasSize(next.isPresent() ? 2 : Math.min(2, part.found().size()));
            found.addAll(part.found());
        }
        return found;
    }

    private static GroupRef ref(int artifact, int group) {
        return new GroupRef(PinEvents.manifest(artifact), group);
    }

    @Test
    void tellsWhereTheColumnsOfAnArtifactAre() {
        log.append(PinEvents.placed(1, 1, new int[] {1, 2}, new int[] {3, 1, 2}));

        PinState pin = ask(state -> PinsView.find(state, PinEvents.manifest(1))).orElseThrow();
        assertThat(pin.getGroups()).isEqualTo(2);
        assertThat(pin.getRevision()).isEqualTo(1);
        assertThat(pin.getActor()).isEqualTo("operator/tester");
        GroupState group = ask(state -> PinsView.group(state, ref(1, 1))).orElseThrow();
        assertThat(group.getColumnsList())
                .extracting(ColumnState::getNodeId)
                .containsExactly(TestLog.node(3), TestLog.node(1), TestLog.node(2));
        assertThat(groupsOn(1)).containsExactly(ref(1, 0), ref(1, 1));
        assertThat(groupsOn(3)).containsExactly(ref(1, 1));
        assertThat(endangeredGroups()).isEmpty();
    }

    @Test
    void aColumnThatIsNowhereOrFaultedEndangersItsGroupUntilItIsMoved() {
        log.append(PinEvents.placed(1, 1, new int[] {1, 2}, new int[] {3, 0}));
        assertThat(endangeredGroups()).containsExactly(ref(1, 1));

        log.append(PinEvents.faulted(1, 0, 1, 2, 3));
        assertThat(endangeredGroups()).containsExactly(ref(1, 0), ref(1, 1));

        log.append(PinEvents.moved(1, 0, 1, 2));
        log.append(PinEvents.moved(1, 1, 1, 4));
        assertThat(endangeredGroups()).isEmpty();
        assertThat(ask(state -> PinsView.find(state, PinEvents.manifest(1)))
                        .orElseThrow()
                        .getRevision())
                .isEqualTo(3);
    }

    @Test
    void aFaultOfANodeThatHasTheColumnNoMoreChangesNothing() {
        log.append(PinEvents.placed(1, 1, new int[] {1, 2}, new int[] {1, 2}));
        log.append(PinEvents.moved(1, 0, 1, 3));
        log.append(PinEvents.faulted(1, 0, 1, 2, 3));

        assertThat(endangeredGroups()).isEmpty();
    }

    @Test
    void whatTheLogDidNotCheckIsIgnored() {
        log.append(PinEvents.placed(1, 1, new int[] {1, 2}, new int[] {1, 2}));
        log.append(PinEvents.moved(1, 2, 0, 3));
        log.append(PinEvents.moved(1, 1, 2, 3));
        log.append(PinEvents.faulted(1, 1, 200, 2, 1));

        assertThat(groupsOn(3)).isEmpty();
        assertThat(endangeredGroups()).isEmpty();
    }

    @Test
    void listsPinsAndGroupsInPages() {
        for (int i = 1; i <= 5; i++) {
            log.append(PinEvents.placed(i, 1, new int[] {1, 2}, new int[] {1, 2}, new int[] {2, 1}));
        }
        List<PinState> first = ask(state -> PinsView.list(state, ByteString.EMPTY, 2));
        List<PinState> rest = ask(state -> PinsView.list(state, first.get(1).getManifestCid(), 10));
        assertThat(first)
                .extracting(PinState::getManifestCid)
                .containsExactly(PinEvents.manifest(1), PinEvents.manifest(2));
        assertThat(rest).hasSize(3);
        List<GroupState> groups = ask(state -> PinsView.groups(state, PinEvents.manifest(3), 1, 10));
        assertThat(groups).extracting(GroupState::getGroup).containsExactly(1, 2);
    }

    /** The listings say what a look at everything says, whatever happened; and of a released pin nothing stays. */
    @Property(tries = 60)
    void listingsAgreeWithWhatTheyList(@ForAll long seed) {
        TestLog history = new TestLog();
        Random random = new Random(seed);
        List<Integer> pinned = new ArrayList<>();
        List<Integer> deleted = new ArrayList<>();
        PinDeletions deletions = new PinDeletions(history, 1);
        for (int step = 0; step < 60; step++) {
            int artifact = 1 + random.nextInt(5);
            boolean known = pinned.contains(artifact);
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    if (!known && !deleted.contains(artifact)) {
                        history.append(PinEvents.placed(artifact, 1, nodes(random), nodes(random)));
                        pinned.add(artifact);
                    }
                }
                case 2 -> {
                    if (known) {
                        history.append(
                                PinEvents.moved(artifact, random.nextInt(3), random.nextInt(4), 1 + random.nextInt(6)));
                    }
                }
                case 3 -> {
                    if (known) {
                        history.append(PinEvents.faulted(
                                artifact, random.nextInt(2), random.nextInt(3), 1 + random.nextInt(6), 2));
                    }
                }
                default -> {
                    if (known && random.nextInt(3) == 0) {
                        deletions.delete(artifact);
                        pinned.remove((Integer) artifact);
                        deleted.add(artifact);
                    }
                }
            }
        }
        KeyValues store = new MemoryKeyValues();
        history.run(new ViewRunner(store, List.of(new PinsView())));
        try (ViewSnapshot state = ViewRunner.snapshot(store, new PinsView())) {
            List<GroupRef> endangered = new ArrayList<>();
            List<List<GroupRef>> on = new ArrayList<>();
            for (int node = 0; node <= 6; node++) {
                on.add(new ArrayList<>());
            }
            for (PinState pin : inOrderOfNumbers(state)) {
                for (GroupState group : PinsView.groups(state, pin.getManifestCid(), 0, 100)) {
                    GroupRef ref = GroupRef.of(group);
                    if (group.getColumnsList().stream()
                            .anyMatch(column -> column.getNodeId().isEmpty() || column.getFaultedBlocks() > 0)) {
                        endangered.add(ref);
                    }
                    for (ColumnState column : group.getColumnsList()) {
                        for (int node = 1; node <= 6; node++) {
                            if (column.getNodeId().equals(TestLog.node(node))) {
                                on.get(node).add(ref);
                            }
                        }
                    }
                }
            }
            assertThat(endangered(state)).isEqualTo(endangered);
            for (int node = 1; node <= 6; node++) {
                assertThat(on(state, node)).as("node %d", node).isEqualTo(on.get(node));
                List<ByteString> manifests = on.get(node).stream()
                        .filter(ref -> ref.group() == 0)
                        .map(GroupRef::manifest)
                        .distinct()
                        .toList();
                ByteString id = TestLog.node(node);
                assertThat(all(from -> NodeColumns.manifests(state, id, from, 2)))
                        .as("node %d", node)
                        .isEqualTo(manifests);
                assertThat(all(from -> NodeColumns.list(state, id, from, 2)))
                        .as("node %d", node)
                        .extracting(ColumnRef::group)
                        .isEqualTo(on.get(node));
                NodeColumns.Load load = NodeColumns.load(state, TestLog.node(node));
                assertThat(load.columns()).isEqualTo(on.get(node).size());
                assertThat(load.bytes()).isEqualTo(on.get(node).size() * (4L << 20));
            }
            assertThat(PinsView.list(state, ByteString.EMPTY, 100))
                    .extracting(PinState::getManifestCid)
                    .containsExactlyElementsOf(
                            pinned.stream().sorted().map(PinEvents::manifest).toList());
        }
    }

    private static List<PinState> inOrderOfNumbers(StateReader state) {
        return PinsView.list(state, ByteString.EMPTY, 100).stream()
                .sorted(Comparator.comparingLong(PinState::getFirstNumber))
                .toList();
    }

    private static int[] nodes(Random random) {
        return random.ints(3, 0, 7).toArray();
    }
}
