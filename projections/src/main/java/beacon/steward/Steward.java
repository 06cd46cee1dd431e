package beacon.steward;

import beacon.model.Event.MoveCause;
import beacon.model.NodeId;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.PinState;
import beacon.steward.placement.Candidate;
import beacon.steward.placement.Fleet;
import beacon.steward.placement.Placement;
import beacon.steward.placement.Plan;
import beacon.steward.placement.Shape;
import beacon.steward.placement.Shortfall;
import beacon.views.StateReader;
import beacon.views.nodes.NodesView;
import beacon.views.pins.GroupRef;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides what to repair, fill and empty: from the nodes, the pins and the time of a beat, and nothing else. So every member
 * decides alike, and the one that leads need not have led before. Looks only at groups of which a column is missing, faulted
 * or on a node that is not simply up; the least likely to last comes first.
 */
public final class Steward {
    /** Groups and shortfalls that a decision names at most. */
    public static final int MAX_NAMED = 100;

    /** Groups that one decision looks at, at most; the others come when these are whole. */
    public static final int MAX_GROUPS = 200_000;

    /** That a column is lost until the next decision; only how risks compare depends on it. */
    private static final double LOSS = 0.01;

    private final StewardPolicy policy;

    public Steward(StewardPolicy policy) {
        this.policy = policy;
    }

    /**
     * Decides.
     *
     * @param nodes state of {@link NodesView}
     * @param pins state of {@link PinsView}
     * @param nowMicros time of the beat in the log
     */
    public Decision decide(StateReader nodes, StateReader pins, long nowMicros) {
        SortedMap<NodeId, NodeState> known = known(nodes);
        List<Ranked> ranked = ranked(pins, known, nowMicros);
        List<Candidate> candidates = candidates(pins, known);
        Round round = new Round(pins, Fleet.of(candidates, all(known)));
        for (Ranked each : ranked) {
            round.take(each.health());
        }
        return round.decision();
    }

    /**
     * Groups of which a column cannot be read now.
     *
     * @param whole columns that can
     * @param margin of them that may still be lost
     */
    public record Endangered(GroupState group, int whole, int margin) {}

    /**
     * All groups that are not whole now, the least likely to last first.
     *
     * @param nowMicros present time of the log
     */
    public List<Endangered> endangered(StateReader nodes, StateReader pins, long nowMicros) {
        return ranked(pins, known(nodes), nowMicros).stream()
                .map(Ranked::health)
                .filter(health -> !health.isWhole())
                .map(health -> new Endangered(health.group(), health.whole().size(), health.margin()))
                .toList();
    }

    /** A group and how likely it is to be lost soon. */
    private record Ranked(Health health, double risk) {}

    private static SortedMap<NodeId, NodeState> known(StateReader nodes) {
        SortedMap<NodeId, NodeState> known =
                new TreeMap<>(Comparator.comparing(NodeId::bytes, ByteString.unsignedLexicographicalComparator()));
        for (NodeState node : NodesView.list(nodes, ByteString.EMPTY, Integer.MAX_VALUE, any -> true)) {
            known.put(NodeId.of(node.getNodeId()), node);
        }
        return known;
    }

    private List<Ranked> ranked(StateReader pins, Map<NodeId, NodeState> nodes, long nowMicros) {
        Set<GroupRef> groups = new LinkedHashSet<>();
        PinsView.endangered(pins, group -> groups.add(group) && groups.size() < MAX_GROUPS);
        nodes.forEach((id, node) -> {
            if (node.getCondition() != NodeCondition.NODE_CONDITION_UP) {
                PinsView.on(pins, id.bytes(), group -> {
                    groups.add(group);
                    return groups.size() < MAX_GROUPS;
                });
            }
        });
        List<Ranked> ranked = new ArrayList<>(groups.size());
        for (GroupRef ref : groups) {
            Optional<GroupState> group = PinsView.group(pins, ref);
            if (group.isPresent()) {
                Health health = Health.of(group.get(), nodes, nowMicros, policy.graceMicros());
                ranked.add(new Ranked(health, health.risk(LOSS)));
            }
        }
        // Stable: groups of the same risk stay in the order of the listings, which is the same on every member.
        ranked.sort(Comparator.comparingDouble(each -> -each.risk()));
        return ranked;
    }

    private static List<Candidate> candidates(StateReader pins, Map<NodeId, NodeState> nodes) {
        List<Candidate> candidates = new ArrayList<>();
        nodes.forEach((id, node) -> {
            long free = node.getCapacityBytes()
                    - PinsView.load(pins, node.getNodeId()).getBytes();
            if (node.getCondition() == NodeCondition.NODE_CONDITION_UP && free > 0) {
                candidates.add(Candidate.of(id, node.getFailureDomain(), NodesView.weight(node)));
            }
        });
        return candidates;
    }

    private static List<Candidate> all(Map<NodeId, NodeState> nodes) {
        List<Candidate> all = new ArrayList<>();
        nodes.forEach((id, node) -> all.add(Candidate.of(id, node.getFailureDomain(), NodesView.weight(node))));
        return all;
    }

    /** One decision while it is made. */
    private final class Round {
        private final StateReader pins;
        private final Fleet fleet;
        private final List<Intent> intents = new ArrayList<>();
        private final List<GroupRef> unreadable = new ArrayList<>();
        private final Set<Shortfall> shortfalls = new LinkedHashSet<>();
        private int endangered;
        private int deferred;

        Round(StateReader pins, Fleet fleet) {
            this.pins = pins;
            this.fleet = fleet;
        }

        Decision decision() {
            return new Decision(intents, endangered, deferred, unreadable, List.copyOf(shortfalls));
        }

        void take(Health health) {
            GroupState group = health.group();
            GroupRef ref = new GroupRef(group.getManifestCid(), group.getGroup());
            endangered += health.isWhole() ? 0 : 1;
            if (health.margin() < 0) {
                if (unreadable.size() < MAX_NAMED) {
                    unreadable.add(ref);
                }
                return;
            }
            boolean urgent = health.margin() <= policy.urgentMargin();
            int losses = health.lost().size()
                    + health.faulted().size()
                    + (urgent ? health.waiting().size() : 0);
            boolean draining = health.staying().size() < health.whole().size();
            if (losses <= policy.lazyLosses() && !draining) {
                return;
            }
            if (intents.size() >= policy.maxIntents()) {
                deferred++;
                return;
            }
            if (!plan(health, ref, urgent)) {
                deferred++;
            }
        }

        /** Adds what there is to do for a group; false when something of it has no place. */
        private boolean plan(Health health, GroupRef ref, boolean urgent) {
            SortedMap<Integer, NodeId> kept = new TreeMap<>(health.staying());
            kept.putAll(health.faulted());
            if (!urgent) {
                // Their nodes may come back; until then nobody else gets these columns.
                kept.putAll(health.waiting());
            }
            GroupState group = health.group();
            Plan plan = Placement.choose(
                    stripe(ref), Shape.shards(group.getDataShards(), group.getParityShards()), fleet, kept);
            if (shortfalls.size() < MAX_NAMED) {
                shortfalls.addAll(plan.shortfalls());
            }
            long revision = PinsView.find(pins, ref.manifest())
                    .map(PinState::getRevision)
                    .orElseThrow();
            Intent.Sources sources = new Intent.Sources(
                    health.whole(), group.getDataShards(), group.getParityShards(), group.getColumnBytes());
            plan.nodes().forEach((column, node) -> {
                if (!kept.containsKey(column) || health.faulted().containsKey(column)) {
                    intents.add(new Intent(ref, column, revision, node, cause(health, column), sources));
                }
            });
            return plan.nodes().size() == group.getColumnsCount();
        }

        private MoveCause cause(Health health, int column) {
            if (health.whole().containsKey(column)) {
                return MoveCause.DRAINED;
            }
            return health.group().getColumns(column).getNodeId().isEmpty() ? MoveCause.FILLED : MoveCause.REPAIRED;
        }
    }

    /** Name of a group for placement. */
    private static byte[] stripe(GroupRef group) {
        return ByteBuffer.allocate(group.manifest().size() + Integer.BYTES)
                .put(group.manifest().asReadOnlyByteBuffer())
                .putInt(group.group())
                .array();
    }
}
