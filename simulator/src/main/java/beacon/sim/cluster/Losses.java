package beacon.sim.cluster;

import beacon.proto.v1.Event;
import beacon.proto.v1.ShardFault;
import beacon.sim.history.History;
import beacon.sim.world.World;
import beacon.views.ViewSnapshot;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
import beacon.views.pins.NodeColumns;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Has nodes lose again what they lost in a history, and say so where they did. */
final class Losses {
    private final Cluster cluster;
    private final World world;
    private final SplittableRandom random;
    private final Consumer<Event.Builder> log;

    Losses(Cluster cluster, SplittableRandom random, Consumer<Event.Builder> log) {
        this.cluster = cluster;
        this.world = cluster.world;
        this.random = random;
        this.log = log;
    }

    void lose(History.Damaged damaged, StorageNode node) {
        List<ColumnRef> placed = placed(node);
        List<ColumnRef> lost = placed;
        if (damaged.isWhole()) {
            world.say(node.name() + " loses its disk");
            cluster.fleet.wipe(node);
        } else {
            lost = some(damaged, node, placed);
            world.say("%s loses %d columns".formatted(node.name(), lost.size()));
            cluster.fleet.lose(node, lost);
        }
        if (damaged.said().isPresent()) {
            // No audit has to find it.
            node.exposed();
            History.Said said = damaged.said().get();
            say(node, lost, Math.max(0, said.from() - damaged.at()), said.until() - said.from());
        }
    }

    /** Columns that the log places on a node; those that were moved away may be on its disk as well. */
    private List<ColumnRef> placed(StorageNode node) {
        Member knows = cluster.leader().orElse(cluster.members.get(0));
        try (ViewSnapshot pins = knows.snapshot(Projections.PINS)) {
            return NodeColumns.list(pins, node.id().bytes(), 0, Integer.MAX_VALUE)
                    .found();
        }
    }

    private List<ColumnRef> some(History.Damaged damaged, StorageNode node, List<ColumnRef> placed) {
        Set<ColumnRef> there = new LinkedHashSet<>(placed);
        Set<ColumnRef> lost = new LinkedHashSet<>();
        int elsewhere = 0;
        for (History.Column column : damaged.columns()) {
            ColumnRef ref = new ColumnRef(new GroupRef(column.manifest(), column.group()), column.column());
            if (there.contains(ref) && node.isSound(ref)) {
                lost.add(ref);
            } else {
                elsewhere++;
            }
        }
        // Under another policy other columns are here: as large a part of them is lost.
        double share = (double) elsewhere / Math.max(1, damaged.held());
        for (ColumnRef column : there) {
            if (elsewhere > 0 && random.nextDouble() < share) {
                lost.add(column);
            }
        }
        return List.copyOf(lost);
    }

    /** A node says column by column, in so long, what it lacks, unless it has it again. */
    private void say(StorageNode node, List<ColumnRef> lost, long delay, long duration) {
        for (int i = 0; i < lost.size(); i++) {
            ColumnRef column = lost.get(i);
            world.after(delay + duration * i / lost.size(), () -> {
                if (node.isUp() && !node.isSound(column)) {
                    log.accept(Audits.faulted(node.id().bytes(), column, ShardFault.SHARD_FAULT_MISSING));
                }
            });
        }
    }
}
