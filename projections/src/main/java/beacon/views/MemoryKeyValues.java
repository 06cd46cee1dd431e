package beacon.views;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * State in memory, for small states, tests and the simulator. Belongs to one thread. A commit while a snapshot is open copies
 * the map once.
 */
public final class MemoryKeyValues implements KeyValues {
    private NavigableMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
    /** Snapshots of these entries that are open. */
    private Sharers sharers = new Sharers();

    /** Readers of one map that are open. */
    private static final class Sharers {
        private int open;
    }

    private static final class View implements Reader {
        private final NavigableMap<byte[], byte[]> entries;
        private final Sharers sharers;
        private boolean closed;

        View(NavigableMap<byte[], byte[]> entries, Sharers sharers) {
            this.entries = entries;
            this.sharers = sharers;
            sharers.open++;
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return entries.get(key);
        }

        @Override
        public void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) {
            MemoryKeyValues.scan(entries, from, to, visitor);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                sharers.open--;
            }
        }
    }

    private static void scan(
            NavigableMap<byte[], byte[]> entries, byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) {
        for (Map.Entry<byte[], byte[]> entry :
                entries.subMap(from, true, to, false).entrySet()) {
            if (!visitor.test(entry.getKey(), entry.getValue())) {
                return;
            }
        }
    }

    @Override
    public Reader latest() {
        return new Reader() {
            @Override
            public byte @Nullable [] get(byte[] key) {
                return entries.get(key);
            }

            @Override
            public void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) {
                MemoryKeyValues.scan(entries, from, to, visitor);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Reader snapshot() {
        return new View(entries, sharers);
    }

    private NavigableMap<byte[], byte[]> own() {
        if (sharers.open > 0) {
            entries = new TreeMap<>(entries);
            sharers = new Sharers();
        }
        return entries;
    }

    @Override
    public void commit(Changes changes) {
        NavigableMap<byte[], byte[]> mine = own();
        changes.forEach((key, value) -> {
            if (value == null) {
                mine.remove(key);
            } else {
                mine.put(key, value);
            }
        });
    }

    @Override
    public void removeRange(byte[] from, byte[] to) {
        own().subMap(from, true, to, false).clear();
    }

    @Override
    public void close() {}
}
