package beacon.sim.cluster;

import beacon.model.NodeId;
import beacon.sim.world.Network;
import beacon.sim.world.World;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All storage nodes, how to reach them, and what befalls them. */
final class Fleet {
    static final long PING_TIMEOUT = 3 * World.SECOND;
    /** Beyond the time that bytes take: as long as the steward of a member waits for a node that says nothing. */
    private static final long SILENCE = 10 * World.SECOND;

    private static final long BYTES_PER_SECOND = 100L << 20;

    private final World world;
    private final Network network;
    private final Watch watch;
    private final SplittableRandom random;
    private final Map<NodeId, StorageNode> nodes = new LinkedHashMap<>();
    private long changes;

    Fleet(World world, Network network, Watch watch) {
        this.world = world;
        this.network = network;
        this.watch = watch;
        this.random = world.random("fleet");
    }

    void add(StorageNode node) {
        nodes.put(node.id(), node);
        node.onChange(() -> changes++);
    }

    /** Grows whenever a node starts or ends, or is cut off or connected again. */
    long changes() {
        return changes + network.changes();
    }

    Collection<StorageNode> nodes() {
        return nodes.values();
    }

    @Nullable
    StorageNode node(NodeId id) {
        return nodes.get(id);
    }

    StorageNode named(String name) {
        return nodes.values().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected a storage node, but found " + name));
    }

    /** Whether messages pass between two places. */
    boolean connects(String one, String other) {
        return network.connects(one, other);
    }

    /** Whether a node answers a ping; over a connection, so that it does not hang on a message that is lost. */
    boolean answers(String from, NodeId id) {
        StorageNode node = nodes.get(id);
        return node != null && node.isUp() && network.connects(from, node.name());
    }

    /** What a node was asked for. */
    enum Answer {
        SOUND,
        ROTTEN,
        MISSING,
        SILENT,
    }

    /** Reads a column of a node. Whoever reads checks the hashes, so that it knows a rotten one. */
    void read(String from, NodeId id, ColumnRef column, long bytes, Consumer<Answer> then) {
        StorageNode node = nodes.get(id);
        if (node == null) {
            world.after(PING_TIMEOUT, () -> then.accept(Answer.SILENT));
            return;
        }
        network.<Answer>call(
                from,
                node.name(),
                duration(node, bytes),
                duration(node, bytes) + SILENCE,
                () -> node.isUp() ? Optional.of(answer(node, column)) : Optional.empty(),
                answer -> then.accept(answer.orElse(Answer.SILENT)));
    }

    /** Has a node show columns, one after the other; nothing when it does not answer. */
    void show(
            String from,
            NodeId id,
            Collection<ColumnRef> columns,
            long bytes,
            Consumer<Optional<Map<ColumnRef, Answer>>> then) {
        StorageNode node = nodes.get(id);
        if (node == null) {
            world.after(PING_TIMEOUT, () -> then.accept(Optional.empty()));
            return;
        }
        long duration = columns.size() * duration(node, bytes);
        network.call(
                from,
                node.name(),
                duration,
                duration + SILENCE,
                () -> {
                    Map<ColumnRef, Answer> answers = new LinkedHashMap<>();
                    columns.forEach(column -> answers.put(column, answer(node, column)));
                    return node.isUp() ? Optional.of(answers) : Optional.empty();
                },
                then);
    }

    private static Answer answer(StorageNode node, ColumnRef column) {
        return node.read(column)
                .map(sound -> sound ? Answer.SOUND : Answer.ROTTEN)
                .orElse(Answer.MISSING);
    }

    /** Brings a column to a node; whether it says that it has it. */
    void write(String from, NodeId id, ColumnRef column, long bytes, boolean rotten, Consumer<Boolean> then) {
        StorageNode node = nodes.get(id);
        if (node == null) {
            world.after(PING_TIMEOUT, () -> then.accept(false));
            return;
        }
        network.<Boolean>call(
                from,
                node.name(),
                duration(node, bytes),
                duration(node, bytes) + SILENCE,
                () -> node.isUp() ? Optional.of(node.write(world.now(), column, bytes, rotten)) : Optional.empty(),
                answer -> then.accept(answer.orElse(false)));
    }

    private static long duration(StorageNode node, long bytes) {
        return (long) (node.slowness() * (500 + bytes * World.SECOND / BYTES_PER_SECOND));
    }

    /** Whether messages of others reach a node that runs. */
    boolean answers(StorageNode node) {
        return node.isUp() && network.connects(node.name(), "");
    }

    /** What a node wrote last never was on its disk. */
    void unsynced(StorageNode node, long micros) {
        List<ColumnRef> lost = node.since(world.now() - micros);
        world.say(node.name() + " loses its last " + lost.size() + " columns");
        changed(node.lose(world.now(), lost));
    }

    /** Columns of a node are gone, and the next audit will see it. */
    void lose(StorageNode node, List<ColumnRef> columns) {
        changed(node.lose(world.now(), columns));
    }

    /** A node loses its disk. */
    void wipe(StorageNode node) {
        changed(node.wipe(world.now()));
    }

    /** A share of what a node has goes bad. */
    void rot(StorageNode node, double share) {
        List<ColumnRef> rotten = node.rot(world.now(), share, random);
        world.say(node.name() + " has " + rotten.size() + " rotten columns more");
        changed(rotten);
    }

    private void changed(List<ColumnRef> columns) {
        Set<GroupRef> groups = new LinkedHashSet<>();
        columns.forEach(column -> groups.add(column.group()));
        groups.forEach(watch::disksChanged);
    }
}
