package beacon.steward;

import beacon.proto.v1.GroupState;
import beacon.views.StateReader;
import beacon.views.pins.ColumnRef;
import beacon.views.pins.GroupRef;
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
 * it will be asked for and drop the rest. Of few columns each is drawn as likely as any other. Of many it is a random point
 * among the hashes and the column that follows, so that a sample costs the same whatever the node holds; columns after
 * wider gaps then come a little more often.
 */
public final class AuditSample {
    private static final int FEW = 1_024;
    private static final byte[] MANIFEST_CID = {0x01, 0x71, 0x12, 0x20};
    private static final int HASH_BYTES = 32;
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
        List<ColumnRef> few = PinsView.columnsOn(pins, node, Optional.empty(), FEW);
        Set<Item> drawn = new LinkedHashSet<>();
        Map<ColumnRef, Optional<Integer>> known = new LinkedHashMap<>();
        for (int tries = 0; tries < TRIES * atMost && drawn.size() < atMost && !few.isEmpty(); tries++) {
            ColumnRef column =
                    few.size() < FEW ? few.get(random.nextInt(few.size())) : somewhere(pins, node, few.get(0), random);
            known.computeIfAbsent(column, unknown -> blocks(pins, unknown))
                    .ifPresent(blocks -> drawn.add(new Item(column, random.nextInt(blocks))));
        }
        return new ArrayList<>(drawn);
    }

    private static ColumnRef somewhere(StateReader pins, ByteString node, ColumnRef first, RandomGenerator random) {
        byte[] hash = new byte[HASH_BYTES];
        random.nextBytes(hash);
        ByteString point = ByteString.copyFrom(MANIFEST_CID).concat(ByteString.copyFrom(hash));
        ColumnRef near = after(pins, node, new GroupRef(point, 0)).orElse(first);
        int groups = PinsView.find(pins, near.group().manifest())
                .map(pin -> pin.getGroups())
                .orElse(1);
        GroupRef group = new GroupRef(near.group().manifest(), random.nextInt(groups));
        return after(pins, node, group)
                .filter(column -> column.group().manifest().equals(group.manifest()))
                .orElse(near);
    }

    private static Optional<ColumnRef> after(StateReader pins, ByteString node, GroupRef group) {
        return PinsView.columnsOn(pins, node, Optional.of(new ColumnRef(group, 0)), 1).stream()
                .findFirst();
    }

    /** How many blocks a column has; empty when faults of it are known already. */
    private static Optional<Integer> blocks(StateReader pins, ColumnRef column) {
        return PinsView.group(pins, column.group())
                .filter(group -> group.getColumns(column.column()).getFaultedBlocks() == 0)
                .map(GroupState::getBlocks);
    }
}
