package beacon.views.pins;

import beacon.model.Event;
import beacon.model.Event.PinPlaced;
import beacon.model.Event.ShardFaulted;
import beacon.model.Event.ShardGroup;
import beacon.model.Event.ShardMoved;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.GroupStateOrBuilder;
import beacon.proto.v1.NodeLoad;
import beacon.proto.v1.PinState;
import beacon.views.Keys;
import beacon.views.LogEntry;
import beacon.views.MessageValues;
import beacon.views.StateReader;
import beacon.views.View;
import beacon.views.ViewException;
import beacon.views.ViewState;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Pinned artifacts. Beside each pin and each of its groups two listings are kept, so that questions cost what their answer
 * is long: the columns on a node, with how many columns their groups have and with their sum, and the groups of which a column
 * is nowhere or was reported faulted, as they are. Whether a node is there is not in here; whoever asks knows that.
 */
public final class PinsView implements View {
    private static final String NOUN = "the state of a pin";
    private static final MessageValues<PinState> PINS = new MessageValues<>(PinState.parser(), NOUN);
    private static final MessageValues<GroupState> GROUPS = new MessageValues<>(GroupState.parser(), NOUN);
    private static final MessageValues<NodeLoad> LOADS = new MessageValues<>(NodeLoad.parser(), NOUN);

    @Override
    public String name() {
        return "pins";
    }

    @Override
    public int version() {
        return 2;
    }

    @Override
    public void evolve(LogEntry entry, ViewState state) {
        if (!entry.isOfTypes(
                beacon.proto.v1.Event.PIN_PLACED_FIELD_NUMBER, beacon.proto.v1.Event.PIN_RELEASED_FIELD_NUMBER)) {
            return;
        }
        Event event = entry.event();
        if (event instanceof PinPlaced placed) {
            placed(entry, placed, state);
        } else if (event instanceof ShardMoved moved) {
            moved(entry, moved, state);
        } else if (event instanceof ShardFaulted faulted) {
            faulted(entry, faulted, state);
        } else if (event instanceof Event.PinReleased released) {
            released(released.manifest().bytes(), state);
        }
    }

    /** Of a pin that is new nothing else is there yet, either. */
    private static void placed(LogEntry entry, PinPlaced placed, ViewState state) {
        ByteString manifest = placed.manifest().bytes();
        if (find(state, manifest).isPresent()) {
            released(manifest, state);
        }
        state.add(
                PinKeys.pin(manifest),
                PinState.newBuilder()
                        .setManifestCid(manifest)
                        .setGroups(placed.groups().size())
                        .setRevision(entry.revision())
                        .setPlacedSequence(entry.sequence())
                        .setPlacedUnixMicros(entry.timeUnixMicros())
                        .setActor(entry.actor())
                        .setChangedSequence(entry.sequence())
                        .build()
                        .toByteArray());
        long[] columns = new long[placed.nodes().size()];
        long[] bytes = new long[placed.nodes().size()];
        for (int number = 0; number < placed.groups().size(); number++) {
            ShardGroup group = placed.groups().get(number);
            GroupState.Builder built = GroupState.newBuilder()
                    .setManifestCid(manifest)
                    .setGroup(number)
                    .setDataShards(group.dataShards())
                    .setParityShards(group.parityShards())
                    .setBlocks(group.blocks())
                    .setColumnBytes(group.columnBytes());
            byte[] shards = PinKeys.shards(built);
            for (int place : group.columns()) {
                ByteString node = place == 0 ? ByteString.EMPTY : placed.nodes().get(place - 1);
                if (place > 0) {
                    state.add(PinKeys.columnOn(node, manifest, number, built.getColumnsCount()), shards);
                    columns[place - 1]++;
                    bytes[place - 1] += group.columnBytes();
                }
                built.addColumns(ColumnState.newBuilder().setNodeId(node));
            }
            add(built.build(), state);
        }
        for (int place = 0; place < columns.length; place++) {
            if (columns[place] > 0) {
                loaded(placed.nodes().get(place), columns[place], bytes[place], state);
            }
        }
    }

    private static void add(GroupState group, ViewState state) {
        byte[] value = group.toByteArray();
        state.add(PinKeys.group(group.getManifestCid(), group.getGroup()), value);
        if (!isWhole(group)) {
            state.add(PinKeys.endangered(group.getManifestCid(), group.getGroup()), value);
        }
    }

    private static void moved(LogEntry entry, ShardMoved moved, ViewState state) {
        GroupState.@Nullable Builder group = groupOf(moved.manifest().bytes(), moved.group(), moved.column(), state);
        changed(entry, moved.manifest().bytes(), state);
        if (group == null) {
            return;
        }
        gone(group.getColumns(moved.column()).getNodeId(), group, moved.column(), state);
        arrived(moved.nodeId(), group, moved.column(), state);
        group.setColumns(moved.column(), ColumnState.newBuilder().setNodeId(moved.nodeId()));
        put(group, state);
    }

    private static void faulted(LogEntry entry, ShardFaulted faulted, ViewState state) {
        GroupState.@Nullable Builder group =
                groupOf(faulted.manifest().bytes(), faulted.group(), faulted.column(), state);
        changed(entry, faulted.manifest().bytes(), state);
        // A fault of a node that has the column no more says nothing about where it is now.
        if (group == null || !group.getColumns(faulted.column()).getNodeId().equals(faulted.nodeId())) {
            return;
        }
        ColumnState.Builder column = group.getColumnsBuilder(faulted.column());
        column.setFaultedBlocks(Math.min(
                group.getBlocks(), column.getFaultedBlocks() + faulted.blocks().size()));
        put(group, state);
    }

    private static void released(ByteString manifest, ViewState state) {
        byte[] groups = PinKeys.groups(manifest);
        for (GroupState group : GROUPS.list(state, groups, Keys.after(groups), Integer.MAX_VALUE)) {
            for (int column = 0; column < group.getColumnsCount(); column++) {
                gone(group.getColumns(column).getNodeId(), group, column, state);
            }
            state.remove(PinKeys.group(manifest, group.getGroup()));
            state.remove(PinKeys.endangered(manifest, group.getGroup()));
        }
        state.remove(PinKeys.pin(manifest));
    }

    private static void arrived(ByteString node, GroupStateOrBuilder group, int column, ViewState state) {
        if (!node.isEmpty()) {
            byte[] key = PinKeys.columnOn(node, group.getManifestCid(), group.getGroup(), column);
            state.put(key, PinKeys.shards(group));
            loaded(node, 1, group.getColumnBytes(), state);
        }
    }

    private static void gone(ByteString node, GroupStateOrBuilder group, int column, ViewState state) {
        if (!node.isEmpty()) {
            state.remove(PinKeys.columnOn(node, group.getManifestCid(), group.getGroup(), column));
            loaded(node, -1, -group.getColumnBytes(), state);
        }
    }

    private static void loaded(ByteString node, long columns, long bytes, ViewState state) {
        NodeLoad load = load(state, node);
        if (load.getColumns() + columns == 0) {
            state.remove(PinKeys.load(node));
        } else {
            NodeLoad after = NodeLoad.newBuilder()
                    .setColumns(load.getColumns() + columns)
                    .setBytes(load.getBytes() + bytes)
                    .build();
            state.put(PinKeys.load(node), after.toByteArray());
        }
    }

    /** The group that an event is about; null when the pin has no such column, which the log did not check. */
    private static GroupState.@Nullable Builder groupOf(ByteString manifest, int group, int column, ViewState state) {
        return GROUPS.find(state, PinKeys.group(manifest, group))
                .filter(known -> column < known.getColumnsCount())
                .map(GroupState::toBuilder)
                .orElse(null);
    }

    private static void changed(LogEntry entry, ByteString manifest, ViewState state) {
        PinState.Builder pin = find(state, manifest)
                .orElseThrow(() ->
                        new ViewException("expected entry %d to be about a pinned artifact, but found one that is not"
                                .formatted(entry.sequence())))
                .toBuilder()
                .setChangedSequence(entry.sequence());
        if (entry.revision() > 0) {
            pin.setRevision(entry.revision());
        }
        state.put(PinKeys.pin(manifest), pin.build().toByteArray());
    }

    private static void put(GroupState.Builder group, ViewState state) {
        GroupState built = group.build();
        byte[] value = built.toByteArray();
        state.put(PinKeys.group(built.getManifestCid(), built.getGroup()), value);
        byte[] endangered = PinKeys.endangered(built.getManifestCid(), built.getGroup());
        if (isWhole(built)) {
            state.remove(endangered);
        } else {
            state.put(endangered, value);
        }
    }

    private static boolean isWhole(GroupState group) {
        return group.getColumnsList().stream()
                .allMatch(column -> !column.getNodeId().isEmpty() && column.getFaultedBlocks() == 0);
    }

    /** The pin of this manifest, if it is pinned. */
    public static Optional<PinState> find(StateReader state, ByteString manifest) {
        return PINS.find(state, PinKeys.pin(manifest));
    }

    /** A group of a pinned artifact, if there is one. */
    public static Optional<GroupState> group(StateReader state, GroupRef ref) {
        return GROUPS.find(state, PinKeys.group(ref.manifest(), ref.group()));
    }

    /** Groups that are there, in the order of their names. */
    public static List<GroupState> allGroups(StateReader state, List<GroupRef> refs) {
        return GROUPS.all(
                state,
                refs.stream()
                        .map(ref -> PinKeys.group(ref.manifest(), ref.group()))
                        .toList());
    }

    /** The pins of groups that are there, in the order of these. */
    public static List<PinState> allPins(StateReader state, List<GroupRef> refs) {
        return PINS.all(
                state, refs.stream().map(ref -> PinKeys.pin(ref.manifest())).toList());
    }

    /**
     * Groups of an artifact in their order.
     *
     * @param from first group
     */
    public static List<GroupState> groups(StateReader state, ByteString manifest, int from, int atMost) {
        return GROUPS.list(state, PinKeys.group(manifest, from), Keys.after(PinKeys.groups(manifest)), atMost);
    }

    /**
     * Pins in the order of their manifests.
     *
     * @param after manifest of the last pin that the caller has; empty to begin
     */
    public static List<PinState> list(StateReader state, ByteString after, int atMost) {
        byte[] from = after.isEmpty() ? PinKeys.pins() : Keys.next(PinKeys.pin(after));
        return PINS.list(state, from, Keys.after(PinKeys.pins()), atMost);
    }

    /** Shows the groups of which a column is nowhere or was reported faulted, while the visitor answers true. */
    public static void endangered(StateReader state, Predicate<GroupState> visitor) {
        byte[] all = PinKeys.endangered();
        GROUPS.scan(state, all, Keys.after(all), visitor);
    }

    /**
     * A column on a node.
     *
     * @param dataShards of its group
     * @param columns that its group has
     */
    public record NodeColumn(ColumnRef ref, int dataShards, int columns) {}

    /** Shows the columns on a node in the order of their names, while the visitor answers true. */
    public static void on(StateReader state, ByteString node, Predicate<NodeColumn> visitor) {
        byte[] all = PinKeys.columnsOn(node);
        state.scan(all, Keys.after(all), (key, value) -> visitor.test(PinKeys.columnOn(key, value)));
    }

    /**
     * Columns on a node in the order of their names.
     *
     * @param from first name to look for; empty to begin
     */
    public static List<ColumnRef> columnsOn(StateReader state, ByteString node, Optional<ColumnRef> from, int atMost) {
        List<ColumnRef> found = new ArrayList<>();
        if (atMost > 0) {
            byte[] all = PinKeys.columnsOn(node);
            byte[] first = from.map(name -> PinKeys.columnOn(
                            node, name.group().manifest(), name.group().group(), name.column()))
                    .orElse(all);
            state.scan(first, Keys.after(all), (key, value) -> {
                found.add(PinKeys.columnOn(key));
                return found.size() < atMost;
            });
        }
        return found;
    }

    /**
     * Artifacts of whose manifest a column is on a node, in the order of their manifests. Costs one look-up for each
     * artifact of which the node has anything, however many columns those are.
     *
     * @param after manifest that the caller has; empty to begin
     */
    public static List<ByteString> manifestsOn(StateReader state, ByteString node, ByteString after, int atMost) {
        List<ByteString> found = new ArrayList<>();
        byte[] end = Keys.after(PinKeys.columnsOn(node));
        byte[] from = after.isEmpty() ? PinKeys.columnsOn(node) : Keys.after(PinKeys.columnsOn(node, after));
        while (found.size() < atMost) {
            List<GroupRef> first = new ArrayList<>();
            state.scan(from, end, (key, value) -> {
                first.add(PinKeys.columnOn(key).group());
                return false;
            });
            if (first.isEmpty()) {
                break;
            }
            if (first.get(0).group() == 0) {
                found.add(first.get(0).manifest());
            }
            from = Keys.after(PinKeys.columnsOn(node, first.get(0).manifest()));
        }
        return found;
    }

    /** What a node is to hold. */
    public static NodeLoad load(StateReader state, ByteString node) {
        return LOADS.find(state, PinKeys.load(node)).orElse(NodeLoad.getDefaultInstance());
    }
}
