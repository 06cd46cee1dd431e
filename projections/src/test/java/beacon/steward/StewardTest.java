package beacon.steward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import beacon.model.Event.MoveCause;
import beacon.model.NodeId;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.Event;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.PinState;
import beacon.steward.placement.Shortfall;
import beacon.views.KeyValues;
import beacon.views.MemoryKeyValues;
import beacon.views.TestLog;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.nodes.NodesView;
import beacon.views.pins.GroupRef;
import beacon.views.pins.PinEvents;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StewardTest {
    /** Of every entry of a test log. */
    private static final long NOW = 1_800_000_000_000_000L;

    private static final long LATER = NOW + 600_000_000;
    private static final StewardPolicy POLICY = StewardPolicy.DEFAULT;

    private final TestLog log = new TestLog();

    private static void nodes(TestLog log, int count, int domains) {
        for (int i = 1; i <= count; i++) {
            log.append(TestLog.joined(i, "rack-" + i % domains, 1L << 40));
        }
    }

    private static Decision decide(TestLog log, StewardPolicy policy, long nowMicros) {
        KeyValues store = new MemoryKeyValues();
        log.run(new ViewRunner(store, List.of(new NodesView(), new PinsView())));
        try (ViewSnapshot nodes = ViewRunner.snapshot(store, new NodesView());
                ViewSnapshot pins = ViewRunner.snapshot(store, new PinsView())) {
            return new Steward(policy).decide(nodes, pins, nowMicros);
        }
    }

    private Decision decide(long nowMicros) {
        return decide(log, POLICY, nowMicros);
    }

    private static GroupRef ref(int artifact, int group) {
        return new GroupRef(PinEvents.manifest(artifact), group);
    }

    private static NodeId id(int node) {
        return NodeId.of(TestLog.node(node));
    }

    @Test
    void wantsNothingWhenEverythingIsWhereItIsToBe() {
        nodes(log, 8, 8);
        log.append(PinEvents.placed(1, 2, new int[] {1, 2, 3}, new int[] {4, 5, 6}));

        assertThat(decide(NOW)).isEqualTo(new Decision(List.of(), 0, 0, List.of(), List.of()));
    }

    @Test
    void aColumnOfANodeThatLeftIsMadeAgainElsewhere() {
        nodes(log, 8, 8);
        log.append(PinEvents.placed(1, 2, new int[] {1, 2, 3, 4}, new int[] {5, 6, 7, 8}));
        log.append(TestLog.left(6));

        Decision decision = decide(NOW);

        assertThat(decision.endangered()).isEqualTo(1);
        assertThat(decision.intents()).singleElement().satisfies(intent -> {
            assertThat(intent.group()).isEqualTo(ref(1, 1));
            assertThat(intent.column()).isEqualTo(1);
            assertThat(intent.revision()).isEqualTo(1);
            assertThat(intent.cause()).isEqualTo(MoveCause.REPAIRED);
            assertThat(intent.target()).isIn(id(1), id(2), id(3), id(4));
            assertThat(intent.sources().whole()).containsOnlyKeys(0, 2, 3);
        });
    }

    @Test
    void aNodeThatIsDownIsWaitedForUnlessAGroupIsCloseToItsEnd() {
        nodes(log, 9, 9);
        log.append(PinEvents.placed(1, 1, new int[] {1, 2, 3, 4, 5}, new int[] {1, 2}));
        log.append(TestLog.down(1));

        List<Intent> soon = decide(NOW + 1).intents();
        List<Intent> late = decide(LATER).intents();

        assertThat(soon).extracting(Intent::group).containsExactly(ref(1, 1));
        assertThat(late).extracting(Intent::group).containsExactly(ref(1, 1), ref(1, 0));
    }

    @Test
    void theGroupThatIsClosestToItsEndComesFirst() {
        nodes(log, 9, 9);
        log.append(PinEvents.placed(1, 2, new int[] {1, 2, 3, 4, 5}, new int[] {1, 2, 6, 4, 5}));
        log.append(PinEvents.placed(2, 2, new int[] {6, 7, 8, 4, 5}, new int[] {1, 2, 3, 4, 5}));
        for (int node : new int[] {1, 2, 3}) {
            log.append(TestLog.left(node));
        }

        assertThat(decide(NOW).intents().stream().map(Intent::group).distinct().toList())
                .containsExactly(ref(1, 0), ref(2, 1), ref(1, 1));
    }

    @Test
    void namesWhatIsNotWholeWithWhatMayStillBeLost() {
        nodes(log, 9, 9);
        log.append(PinEvents.placed(1, 2, new int[] {1, 2, 3, 4, 5}, new int[] {4, 5, 6, 7, 8}));
        log.append(TestLog.down(1));
        log.append(TestLog.down(2));
        log.append(TestLog.down(4));
        KeyValues store = new MemoryKeyValues();
        log.run(new ViewRunner(store, List.of(new NodesView(), new PinsView())));
        try (ViewSnapshot nodes = ViewRunner.snapshot(store, new NodesView());
                ViewSnapshot pins = ViewRunner.snapshot(store, new PinsView())) {
            assertThat(new Steward(POLICY).endangered(nodes, pins, NOW))
                    .extracting(Steward.Endangered::group, Steward.Endangered::whole, Steward.Endangered::margin)
                    .containsExactly(tuple(0L, 2, 0), tuple(1L, 4, 2));
        }
    }

    @Test
    void whatCannotBeReadIsNamedAndNotTried() {
        nodes(log, 5, 5);
        log.append(PinEvents.placed(1, 2, new int[] {1, 2, 3}, new int[] {3, 4, 5}));
        log.append(TestLog.left(1));
        log.append(TestLog.left(2));

        Decision decision = decide(NOW);

        assertThat(decision.unreadable()).containsExactly(ref(1, 0));
        assertThat(decision.intents()).isEmpty();
    }

    @Test
    void aDrainedNodeIsEmptiedByCopying() {
        nodes(log, 5, 5);
        log.append(PinEvents.placed(1, 1, new int[] {1, 2}, new int[] {3, 4}));
        log.append(TestLog.drained(3));

        Decision decision = decide(NOW);

        assertThat(decision.endangered()).isZero();
        assertThat(decision.intents()).singleElement().satisfies(intent -> {
            assertThat(intent.cause()).isEqualTo(MoveCause.DRAINED);
            assertThat(intent.sources().whole()).containsEntry(0, id(3));
            assertThat(intent.target()).isNotIn(id(3), id(4));
        });
    }

    @Test
    void aFaultedColumnIsMadeWholeWhereItIs() {
        nodes(log, 5, 5);
        log.append(PinEvents.placed(1, 1, new int[] {1, 2, 3}, new int[] {3, 4, 5}));
        log.append(PinEvents.faulted(1, 1, 2, 5, 1));

        assertThat(decide(NOW).intents()).singleElement().satisfies(intent -> {
            assertThat(intent.target()).isEqualTo(id(5));
            assertThat(intent.cause()).isEqualTo(MoveCause.REPAIRED);
            assertThat(intent.sources().whole()).containsOnlyKeys(0, 1);
        });
    }

    @Test
    void whatHadNoPlaceIsFilledWhenANodeComesAndSaidUntilThen() {
        nodes(log, 2, 2);
        log.append(PinEvents.placed(1, 1, new int[] {1, 2, 0}, new int[] {1, 2, 0}));

        Decision before = decide(NOW);
        log.append(TestLog.joined(3, "rack-9", 1L << 40));
        Decision after = decide(NOW);

        assertThat(before.intents()).isEmpty();
        assertThat(before.deferred()).isEqualTo(2);
        assertThat(before.shortfalls()).containsExactly(new Shortfall.NodesMissing(3, 2));
        assertThat(after.intents())
                .hasSize(2)
                .allSatisfy(intent -> assertThat(intent.cause()).isEqualTo(MoveCause.FILLED));
    }

    @Test
    void fullNodesAreGivenNothing() {
        nodes(log, 3, 3);
        log.append(TestLog.joined(4, "rack-4", 1));
        log.append(PinEvents.placed(9, 1, new int[] {4, 1}, new int[] {1, 2}));
        log.append(PinEvents.placed(1, 1, new int[] {1, 2, 3}, new int[] {1, 2, 0}));
        log.append(TestLog.left(3));

        Decision decision = decide(NOW);

        assertThat(decision.intents()).isEmpty();
        assertThat(decision.deferred()).isEqualTo(2);
    }

    @Test
    void aLazyStewardWaitsForMoreLosses() {
        nodes(log, 9, 9);
        log.append(PinEvents.placed(1, 1, new int[] {1, 2, 3, 4, 5}, new int[] {5, 6, 7, 8, 9}));
        log.append(TestLog.left(1));
        log.append(TestLog.left(5));
        StewardPolicy lazy = new StewardPolicy(0, 0, 1, 100);

        assertThat(decide(log, lazy, NOW).intents())
                .hasSize(2)
                .allSatisfy(intent -> assertThat(intent.group()).isEqualTo(ref(1, 0)));
    }

    @Test
    void oneDecisionWantsNoMoreThanItMay() {
        nodes(log, 9, 9);
        for (int i = 1; i <= 10; i++) {
            log.append(PinEvents.placed(i, 1, new int[] {1, 2}, new int[] {3, 4}));
        }
        log.append(TestLog.left(1));

        Decision decision = decide(log, new StewardPolicy(0, 1, 0, 3), NOW);

        assertThat(decision.intents()).hasSize(3);
        assertThat(decision.deferred()).isEqualTo(7);
        assertThat(decision.endangered()).isEqualTo(10);
    }

    /**
     * Whatever happened to the nodes: when the steward's intents are carried out, over and over, every group that could be
     * read has all its columns on nodes that are up, each on another, and no domain holds more than may be lost.
     */
    @Property(tries = 40)
    void carryingItOutBringsBackWhatCanBeBroughtBack(@ForAll long seed) {
        TestLog history = new TestLog();
        Random random = new Random(seed);
        nodes(history, 24, 8);
        for (int artifact = 1; artifact <= 6; artifact++) {
            history.append(PinEvents.placed(artifact, 3, spread(random, 5), spread(random, 5)));
        }
        Set<Integer> gone = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            int node = 1 + random.nextInt(24);
            if (gone.add(node)) {
                history.append(random.nextBoolean() ? TestLog.left(node) : TestLog.drained(node));
            }
        }
        history.append(PinEvents.faulted(1, 1, 2, 3, 1));

        Decision decision = decide(history, POLICY, LATER);
        int rounds = 0;
        while (!decision.intents().isEmpty()) {
            assertThat(++rounds).as("rounds").isLessThan(10);
            for (Intent intent : decision.intents()) {
                Event move = PinEvents.moved(1, intent.group().group(), intent.column(), 1);
                history.append(Event.newBuilder()
                        .setShardMoved(move.getShardMoved().toBuilder()
                                .setManifestCid(intent.group().manifest())
                                .setNodeId(intent.target().bytes()))
                        .build());
            }
            decision = decide(history, POLICY, LATER);
        }

        assertThat(decision.deferred()).isZero();
        check(history, decision, gone);
    }

    private static void check(TestLog history, Decision decision, Set<Integer> gone) {
        List<ByteString> goneIds = gone.stream().map(TestLog::node).toList();
        KeyValues store = new MemoryKeyValues();
        history.run(new ViewRunner(store, List.of(new NodesView(), new PinsView())));
        try (ViewSnapshot pins = ViewRunner.snapshot(store, new PinsView())) {
            for (PinState pin : PinsView.list(pins, ByteString.EMPTY, 100)) {
                for (GroupState group : PinsView.groups(pins, pin.getManifestCid(), 0, 100)) {
                    if (decision.unreadable().contains(GroupRef.of(group))) {
                        continue;
                    }
                    assertThat(group.getColumnsList())
                            .extracting(ColumnState::getNodeId)
                            .doesNotHaveDuplicates()
                            .doesNotContainAnyElementsOf(goneIds);
                    Map<Integer, Integer> racks = new TreeMap<>();
                    for (ColumnState column : group.getColumnsList()) {
                        assertThat(column.getFaultedBlocks()).isZero();
                        int node = column.getNodeId().byteAt(33);
                        racks.merge(node % 8, 1, Integer::sum);
                    }
                    assertThat(racks.values()).allMatch(columns -> columns <= group.getParityShards());
                }
            }
        }
    }

    /** Nodes of a group as a put places them: no rack holds more than may be lost. */
    private static int[] spread(Random random, int columns) {
        List<Integer> racks = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 7, 8));
        int[] nodes = new int[columns];
        for (int i = 0; i < columns; i++) {
            int rack = racks.remove(random.nextInt(racks.size()));
            nodes[i] = rack + 8 * random.nextInt(3);
        }
        return nodes;
    }
}
