package beacon.sim.cluster;

import beacon.index.log.Recorded;
import beacon.model.Cid;
import beacon.model.Event;
import beacon.model.NodeId;
import beacon.sim.world.World;
import beacon.views.ViewSnapshot;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Judges what happens while it happens. Keeps a history of its own, made of what members apply first. */
final class Invariants implements Watch {
    /** A column may be harmed between its write and the word of it. */
    private static final long HARM = World.HOUR;

    private final World world;
    private final boolean survivable;
    private final Map<Long, String> leaders = new TreeMap<>();
    private final List<Digest> history = new ArrayList<>();
    private final Map<String, Long> revisions = new LinkedHashMap<>();
    private final Map<String, Long> requests = new LinkedHashMap<>();
    private final Map<GroupRef, Placed> groups = new LinkedHashMap<>();
    private final Map<ColumnRef, Long> moves = new LinkedHashMap<>();
    private final Map<ByteString, Artifact> acknowledged = new LinkedHashMap<>();
    private final DeletionBooks deletions = new DeletionBooks();
    private @Nullable Fleet fleet;
    private @Nullable Violation violation;
    private long acknowledgements;

    /** What is kept of an event. */
    private record Digest(int hash, long requestHigh, long requestLow) {}

    /** Where the columns of a group are to be. */
    private static final class Placed {
        private final int dataShards;
        private final int parityShards;
        private final @Nullable NodeId[] nodes;

        Placed(Event.ShardGroup group, List<ByteString> names) {
            this.dataShards = group.dataShards();
            this.parityShards = group.parityShards();
            this.nodes = new NodeId[group.columns().size()];
            for (int column = 0; column < nodes.length; column++) {
                int place = group.columns().get(column);
                nodes[column] = place == 0 ? null : NodeId.of(names.get(place - 1));
            }
        }
    }

    Invariants(World world, boolean survivable) {
        this.world = world;
        this.survivable = survivable;
    }

    void watch(Fleet of) {
        fleet = of;
    }

    DeletionBooks deletions() {
        return deletions;
    }

    Optional<Violation> violation() {
        return Optional.ofNullable(violation);
    }

    void violated(Invariant invariant, String text) {
        if (violation == null) {
            violation = new Violation(invariant, world.now(), text);
            world.say("VIOLATION " + invariant + " " + text);
        }
    }

    long acknowledgements() {
        return acknowledgements;
    }

    long events() {
        return history.size();
    }

    List<Artifact> artifacts() {
        return List.copyOf(acknowledged.values());
    }

    @Override
    public void elected(String member, long term) {
        String other = leaders.putIfAbsent(term, member);
        if (other != null && !other.equals(member)) {
            violated(
                    Invariant.SINGLE_LEADER_PER_TERM,
                    "term %d has the leaders %s and %s".formatted(term, other, member));
        }
    }

    @Override
    public void applied(String member, Recorded event) {
        Digest digest = new Digest(
                Objects.hash(
                        event.eventBytes(),
                        event.timeUnixMicros(),
                        event.actor(),
                        event.ordinal(),
                        event.revision(),
                        event.term()),
                event.requestId().high(),
                event.requestId().low());
        int place = Math.toIntExact(event.sequence() - 1);
        if (place < history.size()) {
            if (!history.get(place).equals(digest)) {
                violated(
                        Invariant.APPLIED_PREFIX_EQUAL,
                        "%s has another event %d than was applied before".formatted(member, event.sequence()));
            }
            return;
        }
        history.add(digest);
        first(event);
    }

    /** An event is history. */
    private void first(Recorded event) {
        String key = event.event().addressKey();
        if (key != null && event.revision() > 0) {
            long before = revisions.getOrDefault(key, 0L);
            if (event.revision() != before + 1) {
                violated(
                        Invariant.POINTER_MONOTONIC,
                        "revision %d of %s follows %d".formatted(event.revision(), key, before));
            }
            revisions.put(key, event.revision());
        }
        if (event.ordinal() == 0) {
            Long other = requests.putIfAbsent(event.requestId().toString(), event.sequence());
            if (other != null) {
                violated(
                        Invariant.ONE_ANSWER_PER_REQUEST,
                        "events %d and %d are of one request".formatted(other, event.sequence()));
            }
        }
        Cid back = deletions.broughtBack(event.event());
        if (back != null) {
            violated(
                    Invariant.TOMBSTONE_NEVER_RESURRECTS,
                    "event %d brings %s back".formatted(event.sequence(), nameOf(back.bytes())));
        }
        if (event.event() instanceof Event.PinReleased released) {
            released(released.manifest().bytes(), event.timeUnixMicros());
        }
        deletions.add(event);
        if (event.event() instanceof Event.PinPlaced placed) {
            pinned(placed);
        } else if (event.event() instanceof Event.ShardMoved moved) {
            moved(event.sequence(), moved);
        }
    }

    private void pinned(Event.PinPlaced placed) {
        for (int number = 0; number < placed.groups().size(); number++) {
            groups.put(
                    new GroupRef(placed.manifest().bytes(), number),
                    new Placed(placed.groups().get(number), placed.nodes()));
        }
    }

    /** From now on nothing of it has to be anywhere. */
    private void released(ByteString manifest, long unixMicros) {
        List<String> against = deletions.against(manifest, unixMicros);
        if (!against.isEmpty()) {
            violated(
                    Invariant.NO_DELETE_BEFORE_RETENTION_AND_QUORUM,
                    "%s is released in spite of %s".formatted(nameOf(manifest), String.join(", ", against)));
        }
        world.say(nameOf(manifest) + " is released");
        int number = 0;
        while (groups.remove(new GroupRef(manifest, number)) != null) {
            number++;
        }
    }

    /** A node removed columns for which it found no pin. */
    void swept(StorageNode node, List<ColumnRef> columns) {
        for (ColumnRef column : columns) {
            Placed group = groups.get(column.group());
            if (group != null && node.id().equals(group.nodes[column.column()])) {
                violated(
                        Invariant.NO_DELETE_BEFORE_RETENTION_AND_QUORUM,
                        "%s sweeps column %d of group %d of %s, which is pinned there"
                                .formatted(
                                        node.name(),
                                        column.column(),
                                        column.group().group(),
                                        nameOf(column.group().manifest())));
            }
            disksChanged(column.group());
        }
    }

    private void moved(long sequence, Event.ShardMoved moved) {
        GroupRef ref = new GroupRef(moved.manifest().bytes(), moved.group());
        Placed group = groups.get(ref);
        if (group != null) {
            NodeId target = NodeId.of(moved.nodeId());
            for (int column = 0; column < group.nodes.length; column++) {
                if (column != moved.column() && target.equals(group.nodes[column])) {
                    violated(
                            Invariant.ONE_COLUMN_PER_NODE,
                            "columns %d and %d of group %d of %s are on one node"
                                    .formatted(column, moved.column(), ref.group(), nameOf(ref.manifest())));
                }
            }
            ColumnRef column = new ColumnRef(ref, moved.column());
            long before = moves.getOrDefault(column, 0L);
            if (before > moved.beatSequence()) {
                violated(
                        Invariant.NO_STALE_DECISION,
                        "event %d moves column %d of group %d of %s by a decision of beat %d, and event %d had moved it"
                                .formatted(
                                        sequence,
                                        moved.column(),
                                        ref.group(),
                                        nameOf(ref.manifest()),
                                        moved.beatSequence(),
                                        before));
            }
            moves.put(column, sequence);
            StorageNode node = fleet == null ? null : fleet.node(target);
            if (node != null && !node.isSound(column) && world.now() - node.harmedAt() > HARM) {
                violated(
                        Invariant.MOVED_IS_WHOLE,
                        "column %d of group %d of %s is not whole on %s"
                                .formatted(moved.column(), ref.group(), nameOf(ref.manifest()), node.name()));
            }
            group.nodes[moved.column()] = target;
            disksChanged(ref);
        }
    }

    @Override
    public void acknowledged(long firstSequence, int count, long requestHigh, long requestLow) {
        acknowledgements++;
        for (long sequence = firstSequence; sequence < firstSequence + count; sequence++) {
            if (sequence > history.size()) {
                violated(
                        Invariant.COMMITTED_NEVER_LOST, "event %d was acknowledged and is nowhere".formatted(sequence));
                return;
            }
            Digest digest = history.get(Math.toIntExact(sequence - 1));
            if (digest.requestHigh() != requestHigh || digest.requestLow() != requestLow) {
                violated(Invariant.COMMITTED_NEVER_LOST, "event %d is not what was acknowledged".formatted(sequence));
            }
        }
    }

    @Override
    public void put(Artifact artifact) {
        acknowledged.put(artifact.manifest(), artifact);
        for (int number = 0; number < artifact.groups().size(); number++) {
            disksChanged(new GroupRef(artifact.manifest(), number));
        }
    }

    @Override
    public void disksChanged(GroupRef ref) {
        Placed group = groups.get(ref);
        if (group == null || !survivable || !acknowledged.containsKey(ref.manifest())) {
            return;
        }
        int sound = sound(ref, group);
        if (sound < group.dataShards) {
            violated(
                    Invariant.ACKNOWLEDGED_SURVIVES,
                    "%d of %d columns of group %d are left, and %d are needed: %s"
                            .formatted(
                                    sound, group.nodes.length, ref.group(), group.dataShards, nameOf(ref.manifest())));
        }
    }

    private String nameOf(ByteString manifest) {
        Artifact artifact = acknowledged.get(manifest);
        return artifact == null ? "?" : artifact.name();
    }

    private int sound(GroupRef ref, Placed group) {
        int sound = 0;
        for (int column = 0; column < group.nodes.length; column++) {
            sound += isSound(ref, column, group.nodes[column]) ? 1 : 0;
        }
        return sound;
    }

    private boolean isSound(GroupRef ref, int column, @Nullable NodeId id) {
        StorageNode node = id == null || fleet == null ? null : fleet.node(id);
        return node != null && node.isSound(new ColumnRef(ref, column));
    }

    /** Is shown a group of an acknowledged artifact. */
    interface Census {
        void group(int columns, int needed, int sound, int readable);
    }

    /** Shows every group of what was acknowledged. */
    void census(Census visitor) {
        Fleet all = fleet;
        if (all == null) {
            return;
        }
        groups.forEach((ref, group) -> {
            if (acknowledged.containsKey(ref.manifest())) {
                int sound = 0;
                int readable = 0;
                for (int column = 0; column < group.nodes.length; column++) {
                    if (isSound(ref, column, group.nodes[column])) {
                        StorageNode node = all.node(Objects.requireNonNull(group.nodes[column]));
                        sound++;
                        readable += node != null && all.answers(node) ? 1 : 0;
                    }
                }
                visitor.group(group.nodes.length, group.dataShards, sound, readable);
            }
        });
    }

    /** Acknowledged artifacts of which a group cannot be made whole any more. */
    Set<String> lost() {
        Set<String> lost = new LinkedHashSet<>();
        groups.forEach((ref, group) -> {
            if (acknowledged.containsKey(ref.manifest()) && sound(ref, group) < group.dataShards) {
                lost.add(nameOf(ref.manifest()));
            }
        });
        return lost;
    }

    /**
     * At the end: of what was released nothing is pinned, and of what was released before a time nothing is on disks.
     *
     * @param sweptMicros when everything that nodes sweep had been released, in microseconds since 1970
     */
    void checkReleased(List<Member> members, long sweptMicros) {
        for (Member member : members) {
            try (ViewSnapshot pins = member.snapshot(Projections.PINS)) {
                for (ByteString manifest : deletions.released().keySet()) {
                    if (PinsView.find(pins, manifest).isPresent()) {
                        violated(
                                Invariant.TOMBSTONE_NEVER_RESURRECTS,
                                "%s has a pin of %s".formatted(member.name(), nameOf(manifest)));
                    }
                }
            }
        }
        Fleet all = fleet;
        if (all == null || deletions.released().isEmpty()) {
            return;
        }
        all.nodes().stream()
                .filter(all::answers)
                .forEach(node -> node.columns().forEach(column -> {
                    ByteString manifest = column.group().manifest();
                    if (deletions.released().getOrDefault(manifest, Long.MAX_VALUE) < sweptMicros) {
                        violated(
                                Invariant.TOMBSTONE_NEVER_RESURRECTS,
                                "%s has a column of %s".formatted(node.name(), nameOf(manifest)));
                    }
                }));
    }

    /** At the end: every column on a node that is up, whole, and no more in a domain than may be lost. */
    void checkWhole(int domains) {
        groups.forEach((ref, group) -> {
            if (!acknowledged.containsKey(ref.manifest()) || sound(ref, group) < group.dataShards) {
                return;
            }
            Map<String, Integer> held = new TreeMap<>();
            for (int column = 0; column < group.nodes.length; column++) {
                NodeId id = group.nodes[column];
                StorageNode node = id == null || fleet == null ? null : fleet.node(id);
                if (node == null || !node.isUp() || !isSound(ref, column, id)) {
                    violated(
                            Invariant.HEALED_IN_TIME,
                            "column %d of group %d of %s is not whole on a node that is up"
                                    .formatted(column, ref.group(), nameOf(ref.manifest())));
                    return;
                }
                held.merge(node.domain(), 1, Integer::sum);
            }
            int allowed = Math.max(1, group.parityShards);
            boolean enough = (long) domains * allowed >= group.nodes.length;
            held.forEach((domain, columns) -> {
                if (enough && columns > allowed) {
                    violated(
                            Invariant.DOMAINS_RESPECTED,
                            "%s holds %d columns of group %d of %s"
                                    .formatted(domain, columns, ref.group(), nameOf(ref.manifest())));
                }
            });
        });
    }
}
