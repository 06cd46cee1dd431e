package beacon.sim.cluster;

import beacon.index.log.AppendResult;
import beacon.model.Cid;
import beacon.model.NodeId;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.Deletion;
import beacon.proto.v1.Event;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.NodeSwept;
import beacon.proto.v1.TombstoneState;
import beacon.sim.world.World;
import beacon.steward.deletion.DeletionJudge;
import beacon.steward.deletion.DeletionSteps;
import beacon.views.ViewSnapshot;
import beacon.views.deletions.DeletionsView;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
import beacon.views.pins.NodeColumns;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How deletions go on, once a pulse: the leader does what the production {@link DeletionSteps} say, storage nodes vote, and some
 * of them sweep, each once from reverb to reverb. Nodes ask the leader, as reads are linearizable.
 */
final class DeletionLoop {
    private final Cluster cluster;
    private final World world;
    private final Policy policy;
    private final long grace;
    private final Set<Flaw> flaws;
    private final Map<NodeId, Client> clients = new LinkedHashMap<>();
    private final Map<NodeId, Long> swept = new LinkedHashMap<>();
    private long pulses;

    /** @param grace from the votes to the release, and of columns that no pin places */
    DeletionLoop(Cluster cluster, Policy policy, long grace, Set<Flaw> flaws) {
        this.cluster = cluster;
        this.world = cluster.world;
        this.policy = policy;
        this.grace = grace;
        this.flaws = flaws;
    }

    void start() {
        world.every(policy.pulse(), this::pulse);
    }

    private void pulse() {
        pulses++;
        for (int i = 0; i < cluster.members.size(); i++) {
            if (cluster.members.get(i).leads()) {
                lead(cluster.members.get(i), cluster.ownClients.get(i));
            }
        }
        cluster.members.stream().filter(this::answers).findFirst().ifPresent(leader -> {
            vote(leader);
            if (!flaws.contains(Flaw.NO_SWEEPS)) {
                sweep(leader);
            }
        });
    }

    /** Whether it leads and a majority hears it, without which it answers no linearizable read. */
    private boolean answers(Member member) {
        long heard = cluster.members.stream()
                .filter(other -> other.takesPart() && cluster.network.connects(member.name(), other.name()))
                .count();
        return member.leads() && 2 * heard > cluster.members.size();
    }

    private boolean reaches(StorageNode node, Member member) {
        return node.isUp() && cluster.network.connects(node.name(), member.name());
    }

    private Client client(StorageNode node) {
        return clients.computeIfAbsent(node.id(), id -> cluster.client(node.name(), "node/" + node.name()));
    }

    /** What a member says of deletions, all at one moment. */
    private record States(ViewSnapshot nodes, ViewSnapshot pins, ViewSnapshot references, ViewSnapshot deletions)
            implements AutoCloseable {
        static States of(Member member) {
            return new States(
                    member.snapshot(Projections.NODES),
                    member.snapshot(Projections.PINS),
                    member.snapshot(Projections.REFERENCES),
                    member.snapshot(Projections.DELETIONS));
        }

        List<TombstoneState> open() {
            return DeletionsView.open(deletions, ByteString.EMPTY, Integer.MAX_VALUE);
        }

        DeletionJudge judge() {
            return new DeletionJudge(nodes, pins, references, deletions);
        }

        @Override
        public void close() {
            nodes.close();
            pins.close();
            references.close();
            deletions.close();
        }
    }

    // The leader.

    private void lead(Member member, Client log) {
        try (States states = States.of(member)) {
            List<TombstoneState> open = states.open();
            if (open.isEmpty()) {
                return;
            }
            DeletionJudge judge = states.judge();
            for (TombstoneState tombstone : open) {
                Cid manifest = Cid.of(tombstone.getManifestCid());
                List<Event> due = due(judge.judge(manifest), member.lastTimeUnixMicros());
                if (!due.isEmpty()) {
                    log.append(AppendRequest.newBuilder().addAllEvents(due), result -> {
                        if (result instanceof AppendResult.Accepted
                                && due.get(0).hasPinReleased()
                                && flaws.contains(Flaw.REPAIR_RELEASED)) {
                            repairAgain(member, new ColumnRef(new GroupRef(manifest.bytes(), 0), 0));
                        }
                    });
                }
            }
        }
    }

    private List<Event> due(Deletion deletion, long now) {
        if (flaws.contains(Flaw.TRUST_VOTES)) {
            boolean voted = DeletionJudge.votedAt(deletion)
                    .filter(at -> at + grace <= now)
                    .isPresent();
            Cid manifest = Cid.of(deletion.getTombstone().getManifestCid());
            return voted ? DeletionSteps.release(manifest, "") : List.of();
        }
        return DeletionSteps.due(deletion, now, flaws.contains(Flaw.RELEASE_AT_ONCE) ? 0 : grace);
    }

    private void repairAgain(Member member, ColumnRef column) {
        world.every(policy.pulse(), () -> {
            NodeId target = cluster.fleet.nodes().iterator().next().id();
            cluster.fleet.write(member.name(), target, column, 1, false, taken -> {});
        });
    }

    // Nodes vote.

    private void vote(Member leader) {
        try (States states = States.of(leader)) {
            List<TombstoneState> open = states.open();
            if (open.isEmpty()) {
                return;
            }
            DeletionJudge judge = states.judge();
            for (TombstoneState tombstone : open) {
                Deletion deletion = judge.judge(Cid.of(tombstone.getManifestCid()));
                boolean free = DeletionJudge.isFree(deletion, leader.lastTimeUnixMicros());
                if (free || flaws.contains(Flaw.TRUST_VOTES)) {
                    vote(leader, deletion);
                }
            }
        }
    }

    private void vote(Member leader, Deletion deletion) {
        TombstoneState tombstone = deletion.getTombstone();
        for (ByteString id : deletion.getDesignatedList()) {
            StorageNode node = cluster.fleet.node(NodeId.of(id));
            boolean votes = node != null
                    && reaches(node, leader)
                    && tombstone.getProposedSequence() > 0
                    && !DeletionJudge.hasVoted(tombstone, id);
            if (node != null && votes) {
                client(node)
                        .append(
                                AppendRequest.newBuilder()
                                        .addEvents(Event.newBuilder()
                                                .setTombstoneVoted(node.vote(
                                                        tombstone.getManifestCid(), tombstone.getProposedSequence()))),
                                result -> {});
            }
        }
    }

    // Nodes sweep.

    private void sweep(Member leader) {
        long turns = Math.max(1, policy.barBeats() / policy.pulseBeats());
        long number = 0;
        try (ViewSnapshot pins = leader.snapshot(Projections.PINS)) {
            for (StorageNode node : cluster.fleet.nodes()) {
                if (number % turns == pulses % turns && reaches(node, leader)) {
                    sweep(leader, node, pins);
                }
                number++;
            }
        }
    }

    private void sweep(Member leader, StorageNode node, ViewSnapshot pins) {
        long sequence = leader.lastSequence();
        ByteString id = node.id().bytes();
        // With as many columns as there should be none is to go, or the next sweep finds it when what is missing has
        // come.
        boolean nothing =
                NodeColumns.load(pins, id).columns() == node.size() && !flaws.contains(Flaw.SWEEP_ON_PROPOSAL);
        if (nothing || sequence < swept.getOrDefault(node.id(), 0L)) {
            return;
        }
        Set<ColumnRef> marked = new LinkedHashSet<>(
                NodeColumns.list(pins, id, 0, Integer.MAX_VALUE).found());
        if (!areReadable(node, marked, pins)) {
            world.say(node.name() + " puts its sweep off, since a manifest cannot be read");
            return;
        }
        if (flaws.contains(Flaw.SWEEP_ON_PROPOSAL)) {
            Set<ByteString> proposed = proposed(leader);
            marked.removeIf(column -> proposed.contains(column.group().manifest()));
        }
        swept.put(node.id(), sequence);
        List<ColumnRef> removed = node.sweep(marked, world.now() - grace);
        if (!removed.isEmpty()) {
            world.say("%s sweeps %d columns".formatted(node.name(), removed.size()));
            cluster.invariants.swept(node, removed);
            client(node)
                    .append(
                            AppendRequest.newBuilder()
                                    .addEvents(Event.newBuilder()
                                            .setNodeSwept(NodeSwept.newBuilder()
                                                    .setNodeId(id)
                                                    .setBlocks(removed.size())
                                                    .setSequence(sequence))),
                            result -> {});
        }
    }

    private static Set<ByteString> proposed(Member leader) {
        Set<ByteString> manifests = new LinkedHashSet<>();
        try (States states = States.of(leader)) {
            states.open().forEach(tombstone -> manifests.add(tombstone.getManifestCid()));
        }
        return manifests;
    }

    /** Whether all manifests can be read; what one names that cannot is unknown, so nothing may go. */
    private boolean areReadable(StorageNode node, Set<ColumnRef> marked, ViewSnapshot pins) {
        Set<ByteString> manifests = new LinkedHashSet<>();
        marked.forEach(column -> manifests.add(column.group().manifest()));
        return manifests.stream()
                .allMatch(manifest -> PinsView.group(pins, new GroupRef(manifest, 0))
                        .filter(group -> isReadable(node, group))
                        .isPresent());
    }

    private boolean isReadable(StorageNode reader, GroupState group) {
        GroupRef ref = GroupRef.of(group);
        for (int column = 0; column < group.getColumnsCount(); column++) {
            ColumnState placed = group.getColumns(column);
            StorageNode node = placed.getNodeId().isEmpty() ? null : cluster.fleet.node(NodeId.of(placed.getNodeId()));
            if (node != null
                    && cluster.fleet.answers(reader.name(), node.id())
                    && node.isSound(new ColumnRef(ref, column))) {
                return true;
            }
        }
        return false;
    }
}
