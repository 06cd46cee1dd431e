package beacon.views;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a view changed in a run of entries: for each key what it had before and has now. Found by a table of hashes, since
 * nearly all use is by key; the order of keys is made when somebody asks for a range. Belongs to one thread; when that has
 * made its last change, another one may {@link #follow} and commit them beside it.
 */
final class ViewChanges {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FIRST_SIZE = 64;
    private static final long UPPER = 0xffff_ffff_0000_0000L;
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private final long seed;
    private byte[][] keys = new byte[FIRST_SIZE][];
    private byte[] @Nullable [] before = new byte[FIRST_SIZE][];
    private byte[] @Nullable [] now = new byte[FIRST_SIZE][];
    /** Bytes at the end of what a key has now that do not belong to it: room for what is appended. */
    private int[] room = new int[FIRST_SIZE];
    /** Places where there is such room, or was. */
    private final BitSet roomy = new BitSet();
    /** Upper half of a key's hash, and its place plus one; 0 is free. Twice as long as the others. */
    private long[] table = new long[2 * FIRST_SIZE];

    private int count;
    private long bytes;
    private @Nullable NavigableMap<byte[], Integer> ordered;

    /**
     * No changes.
     *
     * @param seed of the hashes, something that whoever chooses keys does not know beforehand; nothing else depends on it
     */
    ViewChanges(long seed) {
        this.seed = seed;
    }

    /** Bytes of keys and values. */
    long bytes() {
        return bytes;
    }

    /** Place of a key, negative when it was not changed. */
    int find(byte[] key) {
        return (int) table[slot(key, hash(key))] - 1;
    }

    byte[] key(int place) {
        return keys[place];
    }

    /** What a key had before all changes, null for nothing. */
    byte @Nullable [] before(int place) {
        return before[place];
    }

    /** What a key has after all changes, null for nothing. */
    byte @Nullable [] now(int place) {
        byte[] value = now[place];
        if (value != null && room[place] > 0) {
            value = Arrays.copyOf(value, value.length - room[place]);
            now[place] = value;
            room[place] = 0;
        }
        return value;
    }

    /** More bytes at the end of what a key has that was changed. */
    void append(int place, byte[] more) {
        byte[] value = now[place];
        int length = value == null ? 0 : value.length - room[place];
        int size = value == null ? 0 : value.length;
        if (value == null || more.length > room[place]) {
            // Not into the array that there is, which is somebody else's.
            size = Math.max(length + more.length, 2 * length);
            value = value == null ? new byte[size] : Arrays.copyOf(value, size);
            now[place] = value;
            roomy.set(place);
        }
        System.arraycopy(more, 0, value, length, more.length);
        room[place] = size - length - more.length;
        bytes += more.length;
    }

    /** No change follows; from here on another thread may read them as well. */
    void end() {
        roomy.stream().forEach(this::now);
    }

    /** Another value for a key that was changed. */
    void set(int place, byte @Nullable [] value) {
        now[place] = value;
        room[place] = 0;
        bytes += value == null ? 0 : value.length;
    }

    /** The first change of a key, or a further one. */
    void set(byte[] key, byte @Nullable [] old, byte @Nullable [] value) {
        long hash = hash(key);
        int slot = slot(key, hash);
        if (table[slot] != 0) {
            set((int) table[slot] - 1, value);
            return;
        }
        if (count == keys.length) {
            grow();
            slot = slot(key, hash);
        }
        keys[count] = key;
        before[count] = old;
        now[count] = value;
        bytes += key.length + (value == null ? 0 : value.length);
        table[slot] = entry(hash, count);
        if (ordered != null) {
            ordered.put(key, count);
        }
        count++;
    }

    private void grow() {
        int size = 2 * keys.length;
        keys = Arrays.copyOf(keys, size);
        before = Arrays.copyOf(before, size);
        now = Arrays.copyOf(now, size);
        room = Arrays.copyOf(room, size);
        long[] old = table;
        table = new long[2 * size];
        for (long entry : old) {
            if (entry != 0) {
                int slot = (int) hash(keys[(int) entry - 1]) & (table.length - 1);
                while (table[slot] != 0) {
                    slot = (slot + 1) & (table.length - 1);
                }
                table[slot] = entry;
            }
        }
    }

    private static long entry(long hash, int place) {
        return (hash & UPPER) | (place + 1);
    }

    /** Where the key is, or where it would be. */
    private int slot(byte[] key, long hash) {
        int mask = table.length - 1;
        int slot = (int) hash & mask;
        while (table[slot] != 0 && !isAt(table[slot], key, hash)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Most keys differ in their hashes, and then the key itself need not be looked at. */
    private boolean isAt(long entry, byte[] key, long hash) {
        return (entry ^ hash) >>> Integer.SIZE == 0 && Arrays.equals(keys[(int) entry - 1], key);
    }

    private long hash(byte[] key) {
        long hash = seed + key.length;
        int at = 0;
        for (; at + Long.BYTES <= key.length; at += Long.BYTES) {
            hash = mix(hash ^ (long) LONGS.get(key, at));
        }
        for (; at < key.length; at++) {
            hash = hash * 31 + key[at];
        }
        return mix(hash);
    }

    private static long mix(long hash) {
        long product = hash * MULTIPLIER;
        return product ^ (product >>> 29);
    }

    /** Shows places in the order of their keys, of those in a range. */
    void range(byte[] from, byte[] to, ObjIntConsumer<byte[]> visitor) {
        order().subMap(from, true, to, false).forEach(visitor::accept);
    }

    private NavigableMap<byte[], Integer> order() {
        NavigableMap<byte[], Integer> known = ordered;
        if (known == null) {
            known = new TreeMap<>(Arrays::compareUnsigned);
            for (int place = 0; place < count; place++) {
                known.put(keys[place], place);
            }
            ordered = known;
        }
        return known;
    }

    /** Moves a digest from what was before to what is now. */
    void follow(ViewDigest digest) {
        for (int place = 0; place < count; place++) {
            byte[] old = before[place];
            byte[] value = now[place];
            if (!Arrays.equals(old, value)) {
                if (old != null) {
                    digest.remove(keys[place], old);
                }
                if (value != null) {
                    digest.add(keys[place], value);
                }
            }
        }
    }

    /** Shows the changes in the order of their keys, with what stands before each key in the store. */
    void forEach(byte[] prefix, BiConsumer<byte[], byte @Nullable []> visitor) {
        for (int place : new KeyOrder(keys, count).places()) {
            visitor.accept(Keys.of(prefix, keys[place]), now[place]);
        }
    }
}
