package beacon.steward;

import beacon.views.StateReader;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
import beacon.views.pins.NodeColumns;
import beacon.views.pins.NodeColumns.NodeColumn;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Draws by lot the blocks that a node has to show. The lot is handed in; a node that could know it before would keep what
 * it will be asked for and drop the rest. Of few columns each is drawn as likely as any other. Of many {@link NodeColumns#draw}
 * draws, so that a sample costs the same whatever the node holds.
 */
public final class AuditSample {
    private static final int FEW = 1_024;
    private static final int TRIES = 4;

    private AuditSample() {}

    /**
     * A block of a column.
     *
     * @param block its number in the column
     */
    public record Item(ColumnRef column, int block) {}

    /**
     * Draws.
     *
     * @param pins state of {@link PinsView}
     * @param random fair and unknown to the node
     * @return different blocks, of columns of which no fault is known, at most so many
     */
    public static List<Item> of(StateReader pins, ByteString node, RandomGenerator random, int atMost) {
        List<NodeColumn> few = new ArrayList<>();
        NodeColumns.scan(pins, node, column -> few.add(column) && few.size() < FEW);
        Set<Item> drawn = new LinkedHashSet<>();
        Map<NodeColumn, Optional<Known>> known = new LinkedHashMap<>();
        for (int tries = 0; tries < TRIES * atMost && drawn.size() < atMost && !few.isEmpty(); tries++) {
            NodeColumn column = few.size() < FEW
                    ? any(few, random)
                    : NodeColumns.draw(pins, node, random).orElse(any(few, random));
            known.computeIfAbsent(column, unknown -> known(pins, unknown))
                    .ifPresent(sound -> drawn.add(new Item(sound.column(), random.nextInt(sound.blocks()))));
        }
        return new ArrayList<>(drawn);
    }

    private static NodeColumn any(List<NodeColumn> columns, RandomGenerator random) {
        return columns.get(random.nextInt(columns.size()));
    }

    /** A column and how many blocks it has. */
    private record Known(ColumnRef column, int blocks) {}

    /** Empty when faults of it are known already. */
    private static Optional<Known> known(StateReader pins, NodeColumn column) {
        return PinsView.group(pins, column.number())
                .filter(group -> group.getColumns(column.column()).getFaultedBlocks() == 0)
                .map(group -> new Known(new ColumnRef(GroupRef.of(group), column.column()), group.getBlocks()));
    }
}
