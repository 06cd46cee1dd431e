package beacon.sim.cluster;

import beacon.index.log.AppendResult;
import beacon.model.Cid;
import beacon.model.NodeId;
import beacon.model.TombstoneVotes;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeCameUp;
import beacon.proto.v1.NodeDrained;
import beacon.proto.v1.NodeLeft;
import beacon.proto.v1.NodeWentDown;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.TombstoneProposed;
import beacon.sim.history.History;
import beacon.sim.history.History.Group;
import beacon.sim.history.HistoryReader;
import beacon.sim.history.Measured;
import beacon.sim.world.World;
import beacon.steward.HealQueue;
import beacon.steward.deletion.DeletionSteps;
import beacon.steward.placement.Candidate;
import beacon.steward.placement.Placement;
import beacon.steward.placement.Shape;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lives through a history again, under the same policy or another one: nodes join, go down, come back, leave and lose columns
 * when they did, artifacts are pinned and released when they were, leaders lose their place when they did; what is decided and
 * repaired is up to the steward, which needs as long for a column as it did.
 * Placements of unchanged shapes are those of the history. The nodes have other ids, of which the keys are here, so that they
 * can vote.
 */
public final class Replay {
    private static final long LEAD = 30 * World.SECOND;
    private static final long STEP = World.MINUTE;

    /** By then the others have a leader. */
    private static final long ELECTION = 5 * World.SECOND;

    /** Until a ping is given up; see {@link Fleet}. */
    private static final long SILENCE = 3 * World.SECOND;

    private final History history;
    /** How the cluster was run. */
    private final Policy ran;

    private final Policy policy;
    private final Coding coding;
    private final World world;
    private final Cluster cluster;
    private final Recording recording;
    private final Losses losses;
    private final boolean beatsAreGiven;
    /** By their ids in the history. */
    private final Map<ByteString, StorageNode> nodes = new LinkedHashMap<>();
    /** Those of them that have not left. */
    private final Set<ByteString> joined = new LinkedHashSet<>();
    /** What is to be said on the log, in the order of the history; the first is under way. */
    private final Deque<Consumer<Runnable>> sayings = new ArrayDeque<>();

    /**
     * How to keep what was pinned. 0: as it was.
     *
     * @param copies of what was kept as copies
     * @param dataShards of what was kept as shards
     * @param parityShards of what was kept as shards
     */
    public record Coding(int copies, int dataShards, int parityShards) {
        public static final Coding AS_IT_WAS = new Coding(0, 0, 0);
    }

    /**
     * What came of it.
     *
     * @param measured as in a journal
     * @param lost artifacts of which a group has fewer sound columns left than it needs, in the end
     * @param endangeredHours time in which groups were not whole, summed over the groups
     * @param lowestMargin columns that could still be lost in the worst moment; below 0: something could not be read
     */
    public record Result(Measured measured, int lost, double endangeredHours, int lowestMargin, Recording recording) {}

    private Replay(History history, Policy ran, Policy policy, Coding coding, long seed) {
        this.history = history;
        this.ran = ran;
        this.policy = policy;
        this.coding = coding;
        this.world = new World(seed, history.start() - LEAD);
        this.cluster = new Cluster(world, 0, false, 3, policy, Set.of());
        this.recording = new Recording();
        this.losses = new Losses(cluster, world.random("replay"), this::append);
        this.beatsAreGiven = policy.beatsAs(ran);
    }

    /**
     * Replays.
     *
     * @param ran how the cluster was run
     * @param policy how it would have been run
     */
    public static Result run(
            History history, Policy ran, Policy policy, Coding coding, long seed, Consumer<Double> progress) {
        Replay replay = new Replay(history, ran, policy, coding, seed);
        replay.world.trace().listen(replay.recording::line);
        return replay.go(progress);
    }

    private Result go(Consumer<Double> progress) {
        addNodes();
        cluster.stewards.forEach(
                steward -> steward.guided(HealQueue.AT_ONCE * history.cadence().column(), beatsAreGiven));
        cluster.start();
        schedule();
        long end = history.end() - history.start() + LEAD + 2 * policy.beat();
        long step = Math.max(policy.beat(), Math.min(STEP, end / 1_000));
        while (world.now() < end) {
            world.runUntil(Math.min(end, world.now() + step));
            recording.look(cluster);
            progress.accept((double) world.now() / end);
        }
        Member leader = cluster.leader()
                .orElseThrow(() -> new IllegalStateException("expected a member that leads, but found none"));
        recording.keep(leader.journal());
        Measured measured = HistoryReader.read(leader.journal()).measured();
        return new Result(measured, cluster.invariants.lost().size(), endangeredHours(), lowestMargin(), recording);
    }

    private double endangeredHours() {
        double sum = 0;
        List<Recording.Sample> samples = recording.samples();
        for (int i = 1; i < samples.size(); i++) {
            long passed = samples.get(i).at() - samples.get(i - 1).at();
            sum += (double) passed * samples.get(i - 1).endangered() / World.HOUR;
        }
        return sum;
    }

    private int lowestMargin() {
        return recording.samples().stream()
                .filter(sample -> sample.groups() > 0)
                .mapToInt(Recording.Sample::margin)
                .min()
                .orElse(0);
    }

    private void addNodes() {
        Map<ByteString, History.Joined> known = new LinkedHashMap<>();
        for (History.Step step : history.steps()) {
            if (step instanceof History.Joined each) {
                known.put(each.node(), each);
            }
        }
        known.forEach((id, each) -> {
            StorageNode node = new StorageNode(nodes.size() + 1, each.domain(), each.capacity());
            nodes.put(id, node);
            cluster.fleet.add(node);
        });
    }

    private void schedule() {
        Map<ByteString, Long> back = new LinkedHashMap<>();
        for (History.Step step : history.steps()) {
            long at = Math.max(0, step.at() - history.start() + LEAD);
            if (step instanceof History.WentDown wentDown) {
                // It was seen to be down after some pings in vain.
                long silent = at - 2 * ran.ping() - ran.ping() / 2 - SILENCE;
                world.after(Math.max(back.getOrDefault(wentDown.node(), 0L), silent), () -> up(wentDown.node(), false));
            } else if (step instanceof History.CameUp cameUp) {
                back.put(cameUp.node(), at);
            } else if (step instanceof History.Joined join) {
                back.put(join.node(), at);
            }
            world.after(at, () -> happen(step));
        }
    }

    private void happen(History.Step step) {
        if (step instanceof History.Joined join) {
            up(join.node(), true);
            joined.add(join.node());
            append(Cluster.joined(id(join.node()), join.domain(), join.capacity()));
        } else if (step instanceof History.WentDown wentDown) {
            up(wentDown.node(), false);
            append(Event.newBuilder()
                    .setNodeWentDown(NodeWentDown.newBuilder()
                            .setNodeId(id(wentDown.node()))
                            .setReason("as it was")));
        } else if (step instanceof History.CameUp cameUp) {
            up(cameUp.node(), true);
            append(Event.newBuilder().setNodeCameUp(NodeCameUp.newBuilder().setNodeId(id(cameUp.node()))));
        } else if (step instanceof History.Left left) {
            up(left.node(), false);
            joined.remove(left.node());
            append(Event.newBuilder()
                    .setNodeLeft(
                            NodeLeft.newBuilder().setNodeId(id(left.node())).setReason("as it was")));
        } else if (step instanceof History.Drained drained) {
            append(Event.newBuilder()
                    .setNodeDrained(NodeDrained.newBuilder()
                            .setNodeId(id(drained.node()))
                            .setReason("as it was")));
        } else if (step instanceof History.Leaderless leaderless) {
            depose(leaderless);
        } else if (step instanceof History.Damaged damaged) {
            StorageNode node = node(damaged.node());
            if (node != null) {
                losses.lose(damaged, node);
            }
        } else if (step instanceof History.Beat beat) {
            beat(beat);
        } else if (step instanceof History.Pinned pinned) {
            pin(pinned);
        } else if (step instanceof History.Released released) {
            release(Cid.of(released.manifest()));
        }
    }

    private void beat(History.Beat beat) {
        if (beatsAreGiven) {
            for (int i = 0; i < cluster.members.size(); i++) {
                if (cluster.members.get(i).leads()) {
                    cluster.stewards.get(i).strike(beat.index(), beat.reverb());
                }
            }
        }
    }

    private void append(Event.Builder event) {
        append(event, () -> {});
    }

    /** Appends after everything that was to be appended before. */
    private void append(Event.Builder event, Runnable accepted) {
        say(end -> cluster.operator.append(AppendRequest.newBuilder().addEvents(event), result -> {
            if (result instanceof AppendResult.Refused refused) {
                world.say("refused: " + refused.refusal().reason());
            } else {
                accepted.run();
            }
            end.run();
        }));
    }

    private void say(Consumer<Runnable> saying) {
        sayings.add(saying);
        if (sayings.size() == 1) {
            saying.accept(this::said);
        }
    }

    private void said() {
        sayings.remove();
        Consumer<Runnable> next = sayings.peek();
        if (next != null) {
            next.accept(this::said);
        }
    }

    /** Another member leads from then on, and what the steward of the first one had under way ends. */
    private void depose(History.Leaderless leaderless) {
        cluster.leader().ifPresent(leader -> {
            leader.crash();
            world.after(Math.max(ELECTION, leaderless.until() - leaderless.at()), leader::start);
        });
    }

    private @Nullable StorageNode node(ByteString id) {
        return nodes.get(id);
    }

    /** Of a node here, by that in the history; one that never joined has none. */
    private ByteString id(ByteString id) {
        StorageNode node = nodes.get(id);
        return node == null ? ByteString.EMPTY : node.id().bytes();
    }

    private void up(ByteString id, boolean is) {
        StorageNode node = node(id);
        if (node != null && node.isUp() != is) {
            node.up(is);
            world.say(node.name() + (is ? " is up" : " is down"));
        }
    }

    // Pins.

    /** Its release was decided then: whoever has to vote for it does so at once. */
    private void release(Cid manifest) {
        AppendRequest.Builder proposal = AppendRequest.newBuilder()
                .addEvents(Event.newBuilder()
                        .setTombstoneProposed(TombstoneProposed.newBuilder().setManifestCid(manifest.bytes())));
        say(end -> cluster.operator.append(proposal, result -> {
            if (result instanceof AppendResult.Accepted accepted) {
                AppendRequest.Builder request = AppendRequest.newBuilder();
                voters(manifest)
                        .forEach(node -> request.addEvents(Event.newBuilder()
                                .setTombstoneVoted(node.vote(manifest.bytes(), accepted.firstSequence()))));
                request.addAllEvents(DeletionSteps.release(manifest, "as it was"));
                cluster.operator.append(request, released -> {
                    sweep(manifest);
                    end.run();
                });
            } else {
                end.run();
            }
        }));
    }

    private List<StorageNode> voters(Cid manifest) {
        List<ByteString> known = joined.stream().map(this::id).toList();
        return TombstoneVotes.designated(manifest.bytes(), known).stream()
                .flatMap(id -> Optional.ofNullable(cluster.fleet.node(NodeId.of(id))).stream())
                .limit(TombstoneVotes.needed(known.size()))
                .toList();
    }

    /** What it took is free at once. */
    private void sweep(Cid manifest) {
        if (cluster.invariants.deletions().isReleased(manifest.bytes())) {
            for (StorageNode node : cluster.fleet.nodes()) {
                Set<ColumnRef> others = new LinkedHashSet<>(node.columns());
                others.removeIf(column -> column.group().manifest().equals(manifest.bytes()));
                node.sweep(others, world.now());
            }
        }
    }

    private void pin(History.Pinned pinned) {
        List<ShardGroup> groups = new ArrayList<>();
        Map<ByteString, Integer> places = new LinkedHashMap<>();
        List<ByteString> nodes = new ArrayList<>();
        for (int number = 0; number < pinned.groups().size(); number++) {
            Group was = pinned.groups().get(number);
            Group group = coded(was);
            List<ByteString> columns = group.equals(was) ? ids(was) : place(pinned.manifest(), number, group);
            ShardGroup.Builder built = ShardGroup.newBuilder()
                    .setDataShards(group.dataShards())
                    .setParityShards(group.parityShards())
                    .setBlocks(group.blocks())
                    .setColumnBytes(group.columnBytes());
            for (int column = 0; column < columns.size(); column++) {
                ByteString id = columns.get(column);
                if (!id.isEmpty() && !places.containsKey(id)) {
                    nodes.add(id);
                    places.put(id, nodes.size());
                }
                built.addColumns(places.getOrDefault(id, 0));
                write(id, new ColumnRef(new GroupRef(pinned.manifest(), number), column), group.columnBytes());
            }
            groups.add(built.build());
        }
        Event.Builder event = Event.newBuilder()
                .setPinPlaced(PinPlaced.newBuilder()
                        .setManifestCid(pinned.manifest())
                        .addAllNodes(nodes)
                        .addAllGroups(groups));
        append(event, () -> cluster.invariants.put(new Artifact("", pinned.manifest(), groups)));
    }

    private void write(ByteString id, ColumnRef column, long bytes) {
        StorageNode node = id.isEmpty() ? null : cluster.fleet.node(NodeId.of(id));
        if (node != null && !node.write(world.now(), column, bytes, false)) {
            world.say(node.name() + " is full");
        }
    }

    private List<ByteString> ids(Group group) {
        return group.nodes().stream().map(this::id).toList();
    }

    /** The same group when nothing changes. */
    private Group coded(Group was) {
        boolean copies = was.dataShards() == 1;
        int data = copies || coding.dataShards() == 0 ? was.dataShards() : coding.dataShards();
        int parity = was.parityShards();
        if (copies && coding.copies() > 0) {
            parity = coding.copies() - 1;
        } else if (!copies && coding.parityShards() > 0) {
            parity = coding.parityShards();
        }
        if (data == was.dataShards() && parity == was.parityShards()) {
            return was;
        }
        long bytes = (was.columnBytes() * was.dataShards() + data - 1) / data;
        int blocks = Math.max(1, (int) ((long) was.blocks() * was.dataShards() / data));
        return new Group(data, parity, blocks, bytes, List.of());
    }

    private List<ByteString> place(ByteString manifest, int number, Group group) {
        List<Candidate> candidates = new ArrayList<>();
        for (StorageNode node : cluster.fleet.nodes()) {
            if (node.isUp()) {
                candidates.add(Candidate.of(node.id(), node.domain(), Math.max(1.0, (double) node.capacity())));
            }
        }
        byte[] stripe = manifest.concat(ByteString.copyFromUtf8("/" + number)).toByteArray();
        SortedMap<Integer, NodeId> chosen = candidates.isEmpty()
                ? new TreeMap<>()
                : Placement.choose(stripe, Shape.shards(group.dataShards(), group.parityShards()), candidates)
                        .nodes();
        List<ByteString> columns = new ArrayList<>();
        for (int column = 0; column < group.dataShards() + group.parityShards(); column++) {
            NodeId id = chosen.get(column);
            columns.add(id == null ? ByteString.EMPTY : id.bytes());
        }
        return columns;
    }
}
