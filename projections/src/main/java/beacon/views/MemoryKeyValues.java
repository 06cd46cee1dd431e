package beacon.views;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** State in memory, for small states, tests and the simulator. A commit after a snapshot copies the map once. */
public final class MemoryKeyValues implements KeyValues {
    private NavigableMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
    private boolean shared;

    private record View(NavigableMap<byte[], byte[]> entries) implements Reader {
        @Override
        public byte @Nullable [] get(byte[] key) {
            return entries.get(key);
        }

        @Override
        public void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) {
            for (Map.Entry<byte[], byte[]> entry :
                    entries.subMap(from, true, to, false).entrySet()) {
                if (!visitor.test(entry.getKey(), entry.getValue())) {
                    return;
                }
            }
        }

        @Override
        public void close() {}
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
                new View(entries).scan(from, to, visitor);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Reader snapshot() {
        shared = true;
        return new View(entries);
    }

    private NavigableMap<byte[], byte[]> own() {
        if (shared) {
            entries = new TreeMap<>(entries);
            shared = false;
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
