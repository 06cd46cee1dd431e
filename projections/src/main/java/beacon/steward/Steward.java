package beacon.steward;

import beacon.model.Event.MoveCause;
import beacon.model.NodeId;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.PinState;
import beacon.steward.placement.Fleet;
import beacon.steward.placement.Placement;
import beacon.steward.placement.Plan;
import beacon.steward.placement.Shape;
import beacon.steward.placement.Shortfall;
import beacon.views.StateReader;
import beacon.views.pins.GroupRef;
import beacon.views.pins.NodeColumns;
import beacon.views.pins.PinsView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
        Known known = Known.of(nodes, nowMicros, policy.graceMicros());
        Round round = new Round(pins, known);
        for (Ranked each : ranked(pins, known)) {
            round.take(each.standing());
        }
        round.plan();
        return round.decision();
    }

    /**
     * A group of which a column cannot be read now.
     *
     * @param group its number
     * @param whole columns that can
     * @param margin of them that may still be lost
     */
    public record Endangered(long group, int whole, int margin) {}

    /**
     * All groups that are not whole now, the least likely to last first.
     *
     * @param nowMicros present time of the log
     */
    public List<Endangered> endangered(StateReader nodes, StateReader pins, long nowMicros) {
        return ranked(pins, Known.of(nodes, nowMicros, policy.graceMicros())).stream()
                .map(Ranked::standing)
                .filter(standing -> !standing.isWhole())
                .map(standing -> new Endangered(standing.group(), standing.whole(), standing.margin()))
                .toList();
    }

    /** How a group stands, and how likely it is to be lost soon. */
    private record Ranked(Standing standing, double risk) {}

    private static List<Ranked> ranked(StateReader pins, Known known) {
        List<Ranked> ranked = new ArrayList<>();
        standings(pins, known).forEach(each -> ranked.add(new Ranked(each, each.risk(LOSS))));
        // Stable: groups of the same risk stay in the order of the listings, which is the same on every member.
        ranked.sort(Comparator.comparingDouble(each -> -each.risk()));
        return ranked;
    }

    /** Made of the listings alone, unless these are longer than they are read: then not all that they say of a group was seen. */
    private static Collection<Standing> standings(StateReader pins, Known known) {
        Map<Long, Standing> standings = new LinkedHashMap<>();
        Set<Long> seen = new LinkedHashSet<>();
        PinsView.endangered(pins, (number, group) -> {
            seen.add(number);
            standings.put(number, Standing.of(number, known.health(group)));
            return standings.size() < MAX_GROUPS;
        });
        known.notStaying()
                .forEach((node, fate) -> NodeColumns.scan(pins, node.bytes(), column -> {
                    // Of one that was seen as it is all is known.
                    if (!seen.contains(column.number())) {
                        standings
                                .computeIfAbsent(
                                        column.number(),
                                        number -> new Standing(number, column.dataShards(), column.columns()))
                                .met(fate);
                    }
                    return standings.size() < MAX_GROUPS;
                }));
        if (standings.size() >= MAX_GROUPS) {
            standings.replaceAll((number, standing) -> PinsView.group(pins, number)
                    .map(group -> Standing.of(number, known.health(group)))
                    .orElse(standing));
        }
        return standings.values();
    }

    /** One decision while it is made. */
    private final class Round {
        private final StateReader pins;
        private final Known known;
        private final Fleet fleet;
        /** Groups for which something is to be done, in their order. */
        private final List<Standing> wanting = new ArrayList<>();

        private final List<Intent> intents = new ArrayList<>();
        private final List<Long> unreadable = new ArrayList<>();
        private final Set<Shortfall> shortfalls = new LinkedHashSet<>();
        private int endangered;
        private int deferred;

        Round(StateReader pins, Known known) {
            this.pins = pins;
            this.known = known;
            this.fleet = known.fleet(pins);
        }

        Decision decision() {
            List<GroupRef> refs = PinsView.allGroups(pins, unreadable).stream()
                    .map(GroupRef::of)
                    .toList();
            return new Decision(intents, endangered, deferred, refs, List.copyOf(shortfalls));
        }

        void take(Standing standing) {
            endangered += standing.isWhole() ? 0 : 1;
            if (standing.margin() < 0) {
                if (unreadable.size() < MAX_NAMED) {
                    unreadable.add(standing.group());
                }
                return;
            }
            if (standing.losses(isUrgent(standing)) > policy.lazyLosses() || standing.isDraining()) {
                wanting.add(standing);
            }
        }

        private boolean isUrgent(Standing standing) {
            return standing.margin() <= policy.urgentMargin();
        }

        /** Reads as many groups at once as there may be intents, since most groups need one. */
        void plan() {
            int next = 0;
            while (next < wanting.size() && intents.size() < policy.maxIntents()) {
                int atMost = Math.min(policy.maxIntents() - intents.size(), wanting.size() - next);
                List<Standing> some = wanting.subList(next, next + atMost);
                List<GroupState> groups = PinsView.allGroups(
                        pins, some.stream().map(Standing::group).toList());
                List<PinState> ofGroups = PinsView.allPins(
                        pins, groups.stream().map(GroupState::getManifestCid).toList());
                for (int i = 0; i < atMost && intents.size() < policy.maxIntents(); i++) {
                    boolean placed = plan(groups.get(i), ofGroups.get(i).getRevision(), isUrgent(some.get(i)));
                    deferred += placed ? 0 : 1;
                    next++;
                }
            }
            deferred += wanting.size() - next;
        }

        /** Adds what there is to do for a group; false when something of it has no place. */
        private boolean plan(GroupState group, long revision, boolean urgent) {
            GroupRef ref = GroupRef.of(group);
            Health health = known.health(group);
            SortedMap<Integer, NodeId> kept = new TreeMap<>(health.staying());
            kept.putAll(health.faulted());
            if (!urgent) {
                // Their nodes may come back; until then nobody else gets these columns.
                kept.putAll(health.waiting());
            }
            Plan plan = Placement.choose(
                    stripe(ref), Shape.shards(group.getDataShards(), group.getParityShards()), fleet, kept);
            if (shortfalls.size() < MAX_NAMED) {
                shortfalls.addAll(plan.shortfalls());
            }
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
