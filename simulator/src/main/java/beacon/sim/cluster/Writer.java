package beacon.sim.cluster;

import beacon.index.log.AppendResult;
import beacon.model.Address;
import beacon.model.NodeId;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.PointerSet;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.ShardGroup;
import beacon.sim.world.World;
import beacon.steward.placement.Candidate;
import beacon.steward.placement.Placement;
import beacon.steward.placement.Shape;
import beacon.views.ViewSnapshot;
import beacon.views.nodes.NodesView;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Puts artifacts: places their columns, and when enough are on disks appends pin and name in one. */
final class Writer {
    private static final byte[] MANIFEST = {0x01, 0x71, 0x12, 0x20};
    private static final int LEAST_COPIES = 3;
    private static final long CELL = 1 << 20;

    private final String name;
    private final Fleet fleet;
    private final Client log;
    private final List<Member> members;
    private final Policy policy;
    private final Set<Flaw> flaws;
    private final Watch watch;
    private final SplittableRandom random;
    private boolean up = true;
    private int process;
    private Consumer<Artifact> listener = artifact -> {};
    private long written;
    private long failed;

    Writer(
            String name,
            World world,
            Fleet fleet,
            Client log,
            List<Member> members,
            Policy policy,
            Set<Flaw> flaws,
            Watch watch) {
        this.name = name;
        this.fleet = fleet;
        this.log = log;
        this.members = List.copyOf(members);
        this.policy = policy;
        this.flaws = flaws;
        this.watch = watch;
        this.random = world.random("writer " + name);
    }

    String name() {
        return name;
    }

    /** Ends, and forgets what it was doing; or starts again. */
    void up(boolean is) {
        up = is;
        process++;
    }

    boolean isUp() {
        return up;
    }

    /** Shows every artifact that is acknowledged to somebody. */
    void listen(Consumer<Artifact> to) {
        listener = to;
    }

    /** Artifacts that were not acknowledged. */
    long failed() {
        return failed;
    }

    /** A group on its way. */
    private static final class Group {
        private final GroupRef ref;
        private final int dataShards;
        private final int columns;
        private final long columnBytes;
        private final SortedMap<Integer, NodeId> placed = new TreeMap<>();

        Group(GroupRef ref, int dataShards, int columns, long columnBytes) {
            this.ref = ref;
            this.dataShards = dataShards;
            this.columns = columns;
            this.columnBytes = columnBytes;
        }

        boolean isEnough() {
            return placed.size() >= (dataShards == 1 ? Math.min(LEAST_COPIES, columns) : dataShards + 1);
        }
    }

    /**
     * Puts one artifact.
     *
     * @param large whether its payload is coded
     */
    void put(boolean large) {
        written++;
        String path = name + "-" + written;
        ByteString manifest = cid(path);
        List<Group> groups = new ArrayList<>();
        groups.add(new Group(new GroupRef(manifest, 0), 1, policy.copies(), 512 + random.nextInt(8_192)));
        groups.add(
                large
                        ? new Group(
                                new GroupRef(manifest, 1),
                                policy.dataShards(),
                                policy.dataShards() + policy.parityShards(),
                                CELL * (1 + random.nextInt(4)))
                        : new Group(new GroupRef(manifest, 1), 1, policy.copies(), 1 + random.nextLong(CELL)));
        Optional<List<Candidate>> candidates = candidates();
        if (candidates.isEmpty()) {
            failed++;
            return;
        }
        place(path, manifest, groups, candidates.get(), 0);
    }

    private static ByteString cid(String path) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(path.getBytes(StandardCharsets.UTF_8));
            return ByteString.copyFrom(MANIFEST).concat(ByteString.copyFrom(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Nodes that are up, by a member that takes part. */
    private Optional<List<Candidate>> candidates() {
        List<Member> reachable = members.stream()
                .filter(member -> member.leads() && fleet.connects(name, member.name()))
                .toList();
        if (reachable.isEmpty()) {
            return Optional.empty();
        }
        try (ViewSnapshot state = reachable.get(reachable.size() - 1).snapshot(Projections.NODES)) {
            List<Candidate> candidates = new ArrayList<>();
            for (NodeState node : NodesView.list(state, ByteString.EMPTY, Integer.MAX_VALUE, any -> true)) {
                if (node.getCondition() == NodeCondition.NODE_CONDITION_UP) {
                    candidates.add(
                            Candidate.of(NodeId.of(node.getNodeId()), node.getFailureDomain(), NodesView.weight(node)));
                }
            }
            return candidates.isEmpty() ? Optional.empty() : Optional.of(candidates);
        }
    }

    private void place(String path, ByteString manifest, List<Group> groups, List<Candidate> candidates, int number) {
        if (number == groups.size()) {
            publish(path, manifest, groups);
            return;
        }
        Group group = groups.get(number);
        Shape shape = Shape.shards(group.dataShards, group.columns - group.dataShards);
        byte[] stripe = (path + "/" + number).getBytes(StandardCharsets.UTF_8);
        SortedMap<Integer, NodeId> chosen =
                Placement.choose(stripe, shape, candidates).nodes();
        if (flaws.contains(Flaw.PIN_BEFORE_WRITE)) {
            group.placed.putAll(chosen);
            place(path, manifest, groups, candidates, number + 1);
            return;
        }
        int[] left = {chosen.size()};
        int own = process;
        chosen.forEach((column, node) ->
                fleet.write(name, node, new ColumnRef(group.ref, column), group.columnBytes, false, taken -> {
                    if (taken) {
                        group.placed.put(column, node);
                    }
                    left[0]--;
                    if (left[0] == 0 && own == process) {
                        if (group.isEnough()) {
                            place(path, manifest, groups, candidates, number + 1);
                        } else {
                            failed++;
                        }
                    }
                }));
        if (chosen.isEmpty()) {
            failed++;
        }
    }

    private void publish(String path, ByteString manifest, List<Group> groups) {
        Set<NodeId> nodes = new LinkedHashSet<>();
        groups.forEach(group -> nodes.addAll(group.placed.values()));
        Map<NodeId, Integer> places = new LinkedHashMap<>();
        PinPlaced.Builder pin = PinPlaced.newBuilder().setManifestCid(manifest);
        for (NodeId node : nodes) {
            places.put(node, places.size() + 1);
            pin.addNodes(node.bytes());
        }
        List<ShardGroup> built = new ArrayList<>();
        for (Group group : groups) {
            ShardGroup.Builder shards = ShardGroup.newBuilder()
                    .setDataShards(group.dataShards)
                    .setParityShards(group.columns - group.dataShards)
                    .setBlocks((int) Math.max(1, group.columnBytes / CELL))
                    .setColumnBytes(group.columnBytes);
            for (int column = 0; column < group.columns; column++) {
                shards.addColumns(places.getOrDefault(group.placed.get(column), 0));
            }
            built.add(shards.build());
        }
        pin.addAllGroups(built);
        String address = Address.parse("ucxl://sim:writer@any:any/*^/" + path).toString();
        AppendRequest.Builder request = AppendRequest.newBuilder()
                .addPreconditions(Precondition.newBuilder().setAddress(address).setExpectedRevision(0))
                .addEvents(Event.newBuilder().setPinPlaced(pin))
                .addEvents(Event.newBuilder()
                        .setPointerSet(
                                PointerSet.newBuilder().setAddress(address).setCid(manifest)));
        int own = process;
        log.append(request, result -> {
            if (own != process) {
                return;
            }
            if (result instanceof AppendResult.Accepted) {
                Artifact artifact = new Artifact(address, manifest, built);
                watch.put(artifact);
                listener.accept(artifact);
            } else {
                failed++;
            }
        });
    }
}
