package beacon.views;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** What questions are answered from: the state of one view, while it is made or as it was committed. */
public interface StateReader {
    /** The value of a key, null if there is none. The caller does not change it. */
    byte @Nullable [] get(byte[] key);

    /** The values of many keys, in the order of these, null where there is none; cheaper than one by one. */
    default List<byte @Nullable []> getAll(List<byte[]> keys) {
        List<byte @Nullable []> values = new ArrayList<>(keys.size());
        keys.forEach(key -> values.add(get(key)));
        return values;
    }

    /**
     * Shows entries in ascending order of their keys, while the visitor answers true.
     *
     * @param from first key, inclusive
     * @param to last key, exclusive
     */
    void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor);
}
