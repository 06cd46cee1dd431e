package beacon.views.pins;

import beacon.proto.v1.GroupStateOrBuilder;
import java.util.Arrays;

/**
 * The columns that a node has of {@value #GROUPS} groups with numbers in a row: five bytes for each, in the order of the
 * groups and their columns. So a put is an entry at the end of a page that others share, not a key of its own for each
 * column, of which there are five times as many as of all other keys.
 */
final class ColumnPage {
    /** Groups of a page. */
    static final int GROUPS = 1_024;

    private static final int GROUP_BITS = Integer.numberOfTrailingZeros(GROUPS);
    private static final int ENTRY_BYTES = 5;
    private static final byte[] NONE = {};

    private final long page;
    private final byte[] entries;

    /**
     * Reads a page.
     *
     * @param entries stay as they are
     */
    ColumnPage(long page, byte[] entries) {
        this.page = page;
        this.entries = entries;
    }

    /** The page that has a group. */
    static long of(long number) {
        return number >>> GROUP_BITS;
    }

    /** A page with this column alone; all of a page lie one after the other in their order. */
    static byte[] entry(long number, int column, GroupStateOrBuilder group) {
        int place = ((int) (number & (GROUPS - 1)) << 1) | (group.getGroup() == 0 ? 1 : 0);
        return new byte[] {
            (byte) (place >>> Byte.SIZE),
            (byte) place,
            (byte) column,
            (byte) (group.getDataShards() - 1),
            (byte) group.getParityShards()
        };
    }

    int size() {
        return entries.length / ENTRY_BYTES;
    }

    NodeColumns.NodeColumn get(int index) {
        int at = index * ENTRY_BYTES;
        int dataShards = 1 + Byte.toUnsignedInt(entries[at + 3]);
        return new NodeColumns.NodeColumn(
                number(index),
                Byte.toUnsignedInt(entries[at + 2]),
                (place(index) & 1) == 1,
                dataShards,
                dataShards + Byte.toUnsignedInt(entries[at + 4]));
    }

    /** Place of the group in the page, and in the last bit whether it is of a manifest. */
    private int place(int index) {
        int at = index * ENTRY_BYTES;
        return (Byte.toUnsignedInt(entries[at]) << Byte.SIZE) | Byte.toUnsignedInt(entries[at + 1]);
    }

    private long number(int index) {
        return (page << GROUP_BITS) | (place(index) >>> 1);
    }

    /** Where this column is, or where it would be. */
    int find(long number, int column) {
        int from = 0;
        int to = size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            long other = number(middle);
            boolean isBefore = other < number
                    || (other == number && Byte.toUnsignedInt(entries[middle * ENTRY_BYTES + 2]) < column);
            if (isBefore) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** The page with one column more, at its place. */
    byte[] with(int index, byte[] entry) {
        byte[] with = new byte[entries.length + ENTRY_BYTES];
        int at = index * ENTRY_BYTES;
        System.arraycopy(entries, 0, with, 0, at);
        System.arraycopy(entry, 0, with, at, ENTRY_BYTES);
        System.arraycopy(entries, at, with, at + ENTRY_BYTES, entries.length - at);
        return with;
    }

    /** The page without the entries from one, inclusive, to another, exclusive; empty when none is left. */
    byte[] without(int from, int to) {
        if (to - from == size()) {
            return NONE;
        }
        byte[] without = Arrays.copyOf(entries, entries.length - (to - from) * ENTRY_BYTES);
        System.arraycopy(entries, to * ENTRY_BYTES, without, from * ENTRY_BYTES, entries.length - to * ENTRY_BYTES);
        return without;
    }
}
