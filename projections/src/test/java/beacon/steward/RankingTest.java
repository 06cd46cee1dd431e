package beacon.steward;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.model.NodeId;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.PinState;
import beacon.views.KeyValues;
import beacon.views.MemoryKeyValues;
import beacon.views.StateReader;
import beacon.views.TestLog;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.nodes.NodesView;
import beacon.views.pins.GroupRef;
import beacon.views.pins.PinEvents;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RankingTest {
    private static final long NOW = 1_800_000_000_000_000L;
    private static final long GRACE = StewardPolicy.DEFAULT.graceMicros();
    private static final int NODES = 12;

    /** What the listings say of groups, and their order, is what a look at every group says. */
    @Property(tries = 150)
    void ranksAsALookAtEveryGroupDoes(@ForAll long seed) {
        Random random = new Random(seed);
        TestLog log = history(random);
        long now = NOW + (random.nextBoolean() ? 0 : GRACE);
        KeyValues store = new MemoryKeyValues();
        log.run(new ViewRunner(store, List.of(new NodesView(), new PinsView())));
        try (ViewSnapshot nodes = ViewRunner.snapshot(store, new NodesView());
                ViewSnapshot pins = ViewRunner.snapshot(store, new PinsView())) {
            List<Standing> expected = plainly(nodes, pins, now);
            List<Steward.Endangered> found = new Steward(StewardPolicy.DEFAULT).endangered(nodes, pins, now);
            assertThat(found)
                    .isEqualTo(expected.stream()
                            .filter(each -> !each.isWhole())
                            .map(each -> new Steward.Endangered(each.group(), each.whole(), each.margin()))
                            .toList());

            Decision decision = new Steward(new StewardPolicy(GRACE, 1, 0, Integer.MAX_VALUE)).decide(nodes, pins, now);
            List<GroupRef> acted =
                    decision.intents().stream().map(Intent::group).distinct().toList();
            Function<Standing, GroupRef> named =
                    each -> GroupRef.of(PinsView.group(pins, each.group()).orElseThrow());
            assertThat(acted)
                    .isSubsetOf(expected.stream()
                            .filter(each -> each.margin() >= 0)
                            .filter(each -> each.isDraining() || each.losses(each.margin() <= 1) > 0)
                            .map(named)
                            .toList())
                    .isEqualTo(
                            expected.stream().map(named).filter(acted::contains).toList());
        }
    }

    private static TestLog history(Random random) {
        TestLog log = new TestLog();
        for (int node = 1; node <= NODES; node++) {
            log.append(TestLog.joined(node, "rack-" + node, 1L << 40));
        }
        int artifacts = 1 + random.nextInt(12);
        for (int artifact = 1; artifact <= artifacts; artifact++) {
            int columns = 2 + random.nextInt(4);
            log.append(PinEvents.placed(
                    artifact, 1 + random.nextInt(columns - 1), places(random, columns), places(random, columns)));
        }
        Set<Integer> left = new TreeSet<>();
        for (int step = 0; step < 12; step++) {
            int node = 1 + random.nextInt(NODES);
            if (left.remove(node)) {
                log.append(TestLog.joined(node, "rack-" + node, 1L << 40));
            }
            int artifact = 1 + random.nextInt(artifacts);
            log.append(
                    switch (random.nextInt(6)) {
                        case 0 -> {
                            left.add(node);
                            yield TestLog.left(node);
                        }
                        case 1 -> TestLog.down(node);
                        case 2 -> TestLog.drained(node);
                        case 3 -> TestLog.joined(node, "rack-" + node, 1L << 40);
                        case 4 -> PinEvents.faulted(artifact, random.nextInt(2), random.nextInt(5), node, 1);
                        default -> PinEvents.moved(artifact, random.nextInt(2), random.nextInt(5), node);
                    });
        }
        return log;
    }

    /** 0 is nowhere; the same node may come twice. */
    private static int[] places(Random random, int columns) {
        return random.ints(columns, 0, 1 + NODES).toArray();
    }

    /** Every group is read; those in which nothing is amiss are left out. */
    private static List<Standing> plainly(StateReader nodes, StateReader pins, long now) {
        Map<NodeId, NodeState> known = new LinkedHashMap<>();
        NodesView.list(nodes, ByteString.EMPTY, NODES, any -> true)
                .forEach(node -> known.put(NodeId.of(node.getNodeId()), node));
        List<Standing> marked = new ArrayList<>();
        Map<Long, Standing> others = new LinkedHashMap<>();
        Map<Long, GroupState> all = new TreeMap<>();
        for (PinState pin : PinsView.list(pins, ByteString.EMPTY, 100)) {
            PinsView.groups(pins, pin.getManifestCid(), 0, 100)
                    .forEach(group -> all.put(pin.getFirstNumber() + group.getGroup(), group));
        }
        for (int node = 0; node <= NODES; node++) {
            for (Map.Entry<Long, GroupState> each : all.entrySet()) {
                GroupState group = each.getValue();
                Standing standing = Standing.of(each.getKey(), Health.of(group, known, now, GRACE));
                boolean isMarked = group.getColumnsList().stream()
                        .anyMatch(column -> column.getNodeId().isEmpty() || column.getFaultedBlocks() > 0);
                if (isMarked && node == 0) {
                    marked.add(standing);
                } else if (!isMarked && isOn(group, TestLog.node(node)) && !isUp(known, TestLog.node(node))) {
                    others.putIfAbsent(standing.group(), standing);
                }
            }
        }
        marked.addAll(others.values());
        marked.sort(Comparator.comparingDouble(each -> -each.risk(0.01)));
        return marked;
    }

    private static boolean isOn(GroupState group, ByteString node) {
        return group.getColumnsList().stream().map(ColumnState::getNodeId).anyMatch(node::equals);
    }

    private static boolean isUp(Map<NodeId, NodeState> known, ByteString node) {
        NodeState state = known.get(NodeId.of(node));
        return state != null && state.getCondition() == NodeCondition.NODE_CONDITION_UP;
    }
}
