package beacon.views.pins;

import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.GroupStateOrBuilder;
import beacon.views.Keys;
import beacon.views.Listing;
import beacon.views.StateReader;
import beacon.views.ViewState;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link PinsView} that lists the columns on each node, and their sum. They are in the order in which their groups
 * were placed, a {@link ColumnPage} for each thousand of groups.
 */
public final class NodeColumns {
    /** With something of the node in one page of a hundred, three draws in a million find none in so many tries. */
    private static final int DRAWS = 1_250;

    private static final byte[] NONE = {};

    private NodeColumns() {}

    /**
     * What a node is to hold.
     *
     * @param bytes of its columns
     */
    public record Load(long columns, long bytes) {
        private static Load of(byte @Nullable [] value) {
            if (value == null) {
                return new Load(0, 0);
            }
            ByteBuffer numbers = ByteBuffer.wrap(value);
            return new Load(numbers.getLong(), numbers.getLong());
        }

        private byte[] encode() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(columns)
                    .putLong(bytes)
                    .array();
        }
    }

    /** How loads change by an event, each node once. */
    static final class LoadChanges {
        private final Map<ByteString, long[]> changes = new LinkedHashMap<>();

        void add(ByteString node, long columns, long bytes) {
            long[] change = changes.computeIfAbsent(node, unseen -> new long[2]);
            change[0] += columns;
            change[1] += bytes;
        }

        void into(ViewState state) {
            changes.forEach((node, change) -> {
                byte[] key = PinKeys.load(node);
                Load before = Load.of(state.get(key));
                Load after = new Load(before.columns() + change[0], before.bytes() + change[1]);
                if (after.columns() == 0) {
                    state.remove(key);
                } else {
                    state.put(key, after.encode());
                }
            });
        }
    }

    /** A column of the newest group, which comes after all others. */
    static void append(ViewState state, ByteString node, long number, int column, GroupStateOrBuilder group) {
        state.append(PinKeys.columnsOn(node, ColumnPage.of(number)), ColumnPage.entry(number, column, group));
    }

    /** A column goes from the node where it was, if there was one, to another, if there is one. */
    static void move(ViewState state, long number, int column, GroupState before, GroupState after) {
        LoadChanges loads = new LoadChanges();
        ByteString from = before.getColumns(column).getNodeId();
        if (!from.isEmpty()) {
            ColumnPage page = page(state, from, ColumnPage.of(number));
            int index = page.find(number, column);
            set(state, from, ColumnPage.of(number), page.without(index, index + 1));
            loads.add(from, -1, -before.getColumnBytes());
        }
        ByteString to = after.getColumns(column).getNodeId();
        if (!to.isEmpty()) {
            ColumnPage page = page(state, to, ColumnPage.of(number));
            byte[] entry = ColumnPage.entry(number, column, after);
            set(state, to, ColumnPage.of(number), page.with(page.find(number, column), entry));
            loads.add(to, 1, after.getColumnBytes());
        }
        loads.into(state);
    }

    /** All columns of these groups go, whose numbers follow one another; each page is changed once. */
    static void remove(ViewState state, long first, List<GroupState> groups) {
        LoadChanges loads = new LoadChanges();
        Map<ByteString, Set<Long>> pages = new LinkedHashMap<>();
        long end = first;
        for (GroupState group : groups) {
            for (ColumnState column : group.getColumnsList()) {
                ByteString node = column.getNodeId();
                if (!node.isEmpty()) {
                    pages.computeIfAbsent(node, unseen -> new TreeSet<>()).add(ColumnPage.of(end));
                    loads.add(node, -1, -group.getColumnBytes());
                }
            }
            end++;
        }
        for (Map.Entry<ByteString, Set<Long>> of : pages.entrySet()) {
            for (long number : of.getValue()) {
                ColumnPage page = page(state, of.getKey(), number);
                set(state, of.getKey(), number, page.without(page.find(first, 0), page.find(end, 0)));
            }
        }
        loads.into(state);
    }

    private static ColumnPage page(StateReader state, ByteString node, long page) {
        byte[] entries = state.get(PinKeys.columnsOn(node, page));
        return new ColumnPage(page, entries == null ? NONE : entries);
    }

    private static void set(ViewState state, ByteString node, long page, byte[] entries) {
        if (entries.length == 0) {
            state.remove(PinKeys.columnsOn(node, page));
        } else {
            state.put(PinKeys.columnsOn(node, page), entries);
        }
    }

    /** What a node is to hold. */
    public static Load load(StateReader state, ByteString node) {
        return Load.of(state.get(PinKeys.load(node)));
    }

    /**
     * A column on a node.
     *
     * @param number of its group
     * @param ofManifest whether its group is group 0 of its artifact
     * @param dataShards of its group
     * @param columns that its group has
     */
    public record NodeColumn(long number, int column, boolean ofManifest, int dataShards, int columns) {
        /** Where it is in a listing. */
        private long place() {
            return (number << Byte.SIZE) | column;
        }
    }

    /** Shows the columns on a node while the visitor answers true. */
    public static void scan(StateReader state, ByteString node, Predicate<NodeColumn> visitor) {
        scan(state, node, 0, visitor);
    }

    private static void scan(StateReader state, ByteString node, long from, Predicate<NodeColumn> visitor) {
        long number = from >>> Byte.SIZE;
        int column = (int) (from & ((1 << Byte.SIZE) - 1));
        byte[] first = PinKeys.columnsOn(node, ColumnPage.of(number));
        state.scan(first, Keys.after(PinKeys.columnsOn(node)), (key, value) -> {
            ColumnPage page = new ColumnPage(Keys.lastLong(key), value);
            int index = page.find(number, column);
            while (index < page.size() && visitor.test(page.get(index))) {
                index++;
            }
            return index == page.size();
        });
    }

    /**
     * Names of the columns on a node. Whatever is placed, moved and released between two parts, a column that is there all the
     * time is in one of them.
     *
     * @param from where an earlier part ended, 0 to begin
     */
    public static Listing<ColumnRef> list(StateReader state, ByteString node, long from, int atMost) {
        return list(
                scan(state, node, from, atMost, column -> true),
                state,
                (group, column) -> new ColumnRef(GroupRef.of(group), column.column()));
    }

    /**
     * Artifacts of whose manifest a column is on a node.
     *
     * @param from where an earlier part ended, 0 to begin
     */
    public static Listing<ByteString> manifests(StateReader state, ByteString node, long from, int atMost) {
        // Where nodes are few they have more than one copy.
        long[] last = {-1};
        Predicate<NodeColumn> isNew = column -> {
            boolean isOther = column.ofManifest() && column.number() != last[0];
            last[0] = column.number();
            return isOther;
        };
        return list(scan(state, node, from, atMost, isNew), state, (group, column) -> group.getManifestCid());
    }

    private static Listing<NodeColumn> scan(
            StateReader state, ByteString node, long from, int atMost, Predicate<NodeColumn> wanted) {
        List<NodeColumn> found = new ArrayList<>();
        OptionalLong[] next = {OptionalLong.empty()};
        scan(state, node, from, column -> {
            if (!wanted.test(column)) {
                return true;
            }
            if (found.size() == atMost) {
                next[0] = OptionalLong.of(column.place());
                return false;
            }
            return found.add(column);
        });
        return new Listing<>(found, next[0]);
    }

    private static <T> Listing<T> list(
            Listing<NodeColumn> columns, StateReader state, BiFunction<GroupState, NodeColumn, T> name) {
        List<GroupState> groups = PinsView.allGroups(
                state, columns.found().stream().map(NodeColumn::number).toList());
        List<T> names = new ArrayList<>(groups.size());
        for (int i = 0; i < groups.size(); i++) {
            names.add(name.apply(groups.get(i), columns.found().get(i)));
        }
        return new Listing<>(names, columns.next());
    }

    /**
     * A column on a node, drawn by lot: of its pages any, and of the columns there any. So one of which the neighbours were released
     * is drawn more often.
     *
     * @return empty when none was met in so many tries as are enough, unless nearly all of history was released
     */
    public static Optional<NodeColumn> draw(StateReader state, ByteString node, RandomGenerator random) {
        long pages = 1 + ColumnPage.of(PinsView.nextNumber(state));
        for (int tries = 0; tries < DRAWS; tries++) {
            ColumnPage page = page(state, node, random.nextLong(pages));
            if (page.size() > 0) {
                return Optional.of(page.get(random.nextInt(page.size())));
            }
        }
        return Optional.empty();
    }
}
