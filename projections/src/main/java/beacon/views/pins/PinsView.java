package beacon.views.pins;

import beacon.model.Event;
import beacon.model.Event.PinPlaced;
import beacon.model.Event.ShardFaulted;
import beacon.model.Event.ShardGroup;
import beacon.model.Event.ShardMoved;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.PinState;
import beacon.views.Keys;
import beacon.views.LogEntry;
import beacon.views.MessageValues;
import beacon.views.StateReader;
import beacon.views.View;
import beacon.views.ViewException;
import beacon.views.ViewState;
import beacon.views.pins.NodeColumns.LoadChanges;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pinned artifacts. Groups are numbered as they are placed, and stay in that order; a number is never given again. Beside each
 * pin and each of its groups two listings are kept, so that questions cost what their answer is long: the columns on a node
 * ({@link NodeColumns}) and the groups of which a column is nowhere or was reported faulted, as they are. Whether
 * a node is there is not in here; whoever asks knows that.
 */
public final class PinsView implements View {
    private static final String NOUN = "the state of a pin";
    private static final MessageValues<PinState> PINS = new MessageValues<>(PinState.parser(), NOUN);
    private static final MessageValues<GroupState> GROUPS = new MessageValues<>(GroupState.parser(), NOUN);

    @Override
    public String name() {
        return "pins";
    }

    @Override
    public int version() {
        return 3;
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
            find(state, released.manifest().bytes()).ifPresent(pin -> released(pin, state));
        }
    }

    private static void placed(LogEntry entry, PinPlaced placed, ViewState state) {
        ByteString manifest = placed.manifest().bytes();
        if (entry.revision() > 1) {
            // At the first entry under its address nothing can be there, and to look for that would cost most of this.
            find(state, manifest).ifPresent(before -> released(before, state));
        }
        long first = nextNumber(state);
        state.put(PinKeys.nextNumber(), Keys.of(first + placed.groups().size()));
        // Of a pin that is new nothing else is there yet, either.
        state.add(
                PinKeys.pin(manifest),
                PinState.newBuilder()
                        .setManifestCid(manifest)
                        .setGroups(placed.groups().size())
                        .setFirstNumber(first)
                        .setRevision(entry.revision())
                        .setPlacedSequence(entry.sequence())
                        .setPlacedUnixMicros(entry.timeUnixMicros())
                        .setActor(entry.actor())
                        .setChangedSequence(entry.sequence())
                        .build()
                        .toByteArray());
        LoadChanges loads = new LoadChanges();
        List<ColumnState> columns = placed.nodes().stream()
                .map(node -> ColumnState.newBuilder().setNodeId(node).build())
                .toList();
        for (int index = 0; index < placed.groups().size(); index++) {
            ShardGroup group = placed.groups().get(index);
            GroupState.Builder built = GroupState.newBuilder()
                    .setManifestCid(manifest)
                    .setGroup(index)
                    .setDataShards(group.dataShards())
                    .setParityShards(group.parityShards())
                    .setBlocks(group.blocks())
                    .setColumnBytes(group.columnBytes());
            for (int place : group.columns()) {
                if (place > 0) {
                    ByteString node = placed.nodes().get(place - 1);
                    NodeColumns.append(state, node, first + index, built.getColumnsCount(), built);
                    loads.add(node, 1, group.columnBytes());
                }
                built.addColumns(place == 0 ? ColumnState.getDefaultInstance() : columns.get(place - 1));
            }
            add(first + index, built.build(), state);
        }
        loads.into(state);
    }

    /** The number that the next group gets. */
    static long nextNumber(StateReader state) {
        byte[] known = state.get(PinKeys.nextNumber());
        return known == null ? 0 : Keys.lastLong(known);
    }

    private static void add(long number, GroupState group, ViewState state) {
        byte[] value = group.toByteArray();
        state.add(PinKeys.group(number), value);
        if (!isWhole(group)) {
            state.add(PinKeys.endangered(number), value);
        }
    }

    private static void moved(LogEntry entry, ShardMoved moved, ViewState state) {
        PinState pin = changed(entry, moved.manifest().bytes(), state);
        GroupState.@Nullable Builder group = groupOf(pin, moved.group(), moved.column(), state);
        if (group == null) {
            return;
        }
        long number = pin.getFirstNumber() + moved.group();
        GroupState before = group.build();
        GroupState after = group.setColumns(
                        moved.column(), ColumnState.newBuilder().setNodeId(moved.nodeId()))
                .build();
        NodeColumns.move(state, number, moved.column(), before, after);
        put(number, after, state);
    }

    private static void faulted(LogEntry entry, ShardFaulted faulted, ViewState state) {
        PinState pin = changed(entry, faulted.manifest().bytes(), state);
        GroupState.@Nullable Builder group = groupOf(pin, faulted.group(), faulted.column(), state);
        // A fault of a node that has the column no more says nothing about where it is now.
        if (group == null || !group.getColumns(faulted.column()).getNodeId().equals(faulted.nodeId())) {
            return;
        }
        ColumnState.Builder column = group.getColumnsBuilder(faulted.column());
        column.setFaultedBlocks(Math.min(
                group.getBlocks(), column.getFaultedBlocks() + faulted.blocks().size()));
        put(pin.getFirstNumber() + faulted.group(), group.build(), state);
    }

    private static void released(PinState pin, ViewState state) {
        List<GroupState> groups = new ArrayList<>();
        for (int index = 0; index < pin.getGroups(); index++) {
            long number = pin.getFirstNumber() + index;
            byte[] group = Objects.requireNonNull(state.get(PinKeys.group(number)), NOUN);
            groups.add(GROUPS.decode(group));
            state.remove(PinKeys.group(number));
            state.remove(PinKeys.endangered(number));
        }
        NodeColumns.remove(state, pin.getFirstNumber(), groups);
        state.remove(PinKeys.pin(pin.getManifestCid()));
    }

    /** The group that an event is about; null when the pin has no such column, which the log did not check. */
    private static GroupState.@Nullable Builder groupOf(PinState pin, int group, int column, ViewState state) {
        if (group < 0 || group >= pin.getGroups()) {
            return null;
        }
        return GROUPS.find(state, PinKeys.group(pin.getFirstNumber() + group))
                .filter(known -> column < known.getColumnsCount())
                .map(GroupState::toBuilder)
                .orElse(null);
    }

    private static PinState changed(LogEntry entry, ByteString manifest, ViewState state) {
        PinState.Builder pin = find(state, manifest)
                .orElseThrow(() ->
                        new ViewException("expected entry %d to be about a pinned artifact, but found one that is not"
                                .formatted(entry.sequence())))
                .toBuilder()
                .setChangedSequence(entry.sequence());
        if (entry.revision() > 0) {
            pin.setRevision(entry.revision());
        }
        PinState after = pin.build();
        state.put(PinKeys.pin(manifest), after.toByteArray());
        return after;
    }

    private static void put(long number, GroupState group, ViewState state) {
        byte[] value = group.toByteArray();
        state.put(PinKeys.group(number), value);
        byte[] endangered = PinKeys.endangered(number);
        if (isWhole(group)) {
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
        return find(state, ref.manifest())
                .filter(pin -> ref.group() < pin.getGroups())
                .flatMap(pin -> GROUPS.find(state, PinKeys.group(pin.getFirstNumber() + ref.group())));
    }

    /** The group with a number, if its artifact is still pinned. */
    public static Optional<GroupState> group(StateReader state, long number) {
        return GROUPS.find(state, PinKeys.group(number));
    }

    /** Groups that are there, in the order of their numbers as given. */
    public static List<GroupState> allGroups(StateReader state, List<Long> numbers) {
        return GROUPS.all(state, numbers.stream().map(PinKeys::group).toList());
    }

    /** Pins that are there, in the order of their manifests as given. */
    public static List<PinState> allPins(StateReader state, List<ByteString> manifests) {
        return PINS.all(state, manifests.stream().map(PinKeys::pin).toList());
    }

    /**
     * Groups of an artifact in their order.
     *
     * @param from first group
     */
    public static List<GroupState> groups(StateReader state, ByteString manifest, int from, int atMost) {
        return find(state, manifest)
                .map(pin -> GROUPS.list(
                        state,
                        PinKeys.group(pin.getFirstNumber() + Math.min(from, pin.getGroups())),
                        PinKeys.group(pin.getFirstNumber() + pin.getGroups()),
                        atMost))
                .orElse(List.of());
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

    /** Looks at a group with its number, and says whether to go on. */
    @FunctionalInterface
    public interface GroupVisitor {
        boolean visit(long number, GroupState group);
    }

    /** Shows the groups of which a column is nowhere or was reported faulted, the oldest first, while the visitor answers true. */
    public static void endangered(StateReader state, GroupVisitor visitor) {
        byte[] all = PinKeys.endangered();
        state.scan(all, Keys.after(all), (key, value) -> visitor.visit(Keys.lastLong(key), GROUPS.decode(value)));
    }
}
