package beacon.views;

import java.util.NavigableMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where views keep their state: a map of byte keys in unsigned order. What holds is written down as tests in
 * {@code KeyValuesContract}. One thread writes; a {@link Reader} of any thread sees one moment.
 */
public interface KeyValues extends AutoCloseable {
    /** Reads what was committed, one moment of it. */
    interface Reader extends StateReader, AutoCloseable {
        @Override
        void close();
    }

    /** The state as it is; sees every commit. For the thread that writes. */
    Reader latest();

    /** The state as it is now, also after later commits. Close it. */
    Reader snapshot();

    /** New values of keys, each key once; null removes the key. */
    @FunctionalInterface
    interface Changes {
        /** Shows them, fastest for the store in ascending order of the keys. */
        void forEach(BiConsumer<byte[], byte @Nullable []> visitor);
    }

    /** Makes all changes, or none if the process ends before. */
    void commit(Changes changes);

    /**
     * Makes all changes, or none if the process ends before.
     *
     * @param changes new values; null removes the key
     */
    default void commit(NavigableMap<byte[], byte @Nullable []> changes) {
        commit(changes::forEach);
    }

    /** Removes all keys from one, inclusive, to another, exclusive. */
    void removeRange(byte[] from, byte[] to);

    @Override
    void close();
}
