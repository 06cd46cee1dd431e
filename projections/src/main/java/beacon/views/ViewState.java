package beacon.views;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * State of one view: a map of byte keys in unsigned order. Changes are seen at once and become permanent with the next
 * commit of the runner. Belongs to the thread that runs the views.
 */
public final class ViewState implements StateReader {
    private final byte[] prefix;
    private final KeyValues.Reader committed;
    private final NavigableMap<byte[], byte @Nullable []> changes = new TreeMap<>(Arrays::compareUnsigned);
    private final ViewDigest digest;
    private long changedBytes;

    ViewState(byte[] prefix, KeyValues.Reader committed, ViewDigest digest) {
        this.prefix = prefix;
        this.committed = committed;
        this.digest = digest;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return changes.containsKey(key) ? changes.get(key) : committed.get(Keys.of(prefix, key));
    }

    /** Sets the value of a key; neither array changes later. */
    public void put(byte[] key, byte[] value) {
        byte[] before = get(key);
        if (before != null) {
            if (Arrays.equals(before, value)) {
                return;
            }
            digest.remove(key, before);
        }
        digest.add(key, value);
        change(key, value);
    }

    /** Removes a key, if it is there. */
    public void remove(byte[] key) {
        byte[] before = get(key);
        if (before != null) {
            digest.remove(key, before);
            change(key, null);
        }
    }

    private void change(byte[] key, byte @Nullable [] value) {
        changes.put(key, value);
        changedBytes += key.length + (value == null ? 0 : value.length);
    }

    /** As said there; the visitor changes nothing. */
    @Override
    public void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) {
        Iterator<Map.Entry<byte[], byte @Nullable []>> changed =
                changes.subMap(from, true, to, false).entrySet().iterator();
        Merge merge = new Merge(changed, visitor);
        committed.scan(Keys.of(prefix, from), Keys.of(prefix, to), merge::committed);
        merge.rest();
    }

    /** Brings committed entries and changes, both in order, into one order; a change hides what was committed. */
    private final class Merge {
        private final Iterator<Map.Entry<byte[], byte @Nullable []>> changed;
        private final BiPredicate<byte[], byte[]> visitor;
        private Map.@Nullable Entry<byte[], byte @Nullable []> next;
        private boolean ended;

        Merge(Iterator<Map.Entry<byte[], byte @Nullable []>> changed, BiPredicate<byte[], byte[]> visitor) {
            this.changed = changed;
            this.visitor = visitor;
            advance();
        }

        private void advance() {
            next = changed.hasNext() ? changed.next() : null;
        }

        boolean committed(byte[] fullKey, byte[] value) {
            byte[] key = Arrays.copyOfRange(fullKey, prefix.length, fullKey.length);
            while (!ended && next != null && Arrays.compareUnsigned(next.getKey(), key) < 0) {
                showChange();
            }
            if (ended) {
                return false;
            }
            if (next != null && Arrays.equals(next.getKey(), key)) {
                showChange();
            } else {
                ended = !visitor.test(key, value);
            }
            return !ended;
        }

        private void showChange() {
            Map.Entry<byte[], byte @Nullable []> shown = next;
            advance();
            if (shown != null) {
                byte[] value = shown.getValue();
                ended = value != null && !visitor.test(shown.getKey(), value);
            }
        }

        void rest() {
            while (!ended && next != null) {
                showChange();
            }
        }
    }

    /** Digest of all entries, changes included. */
    ViewDigest digest() {
        return digest;
    }

    /** Bytes of keys and values changed since the last commit. */
    long changedBytes() {
        return changedBytes;
    }

    /** Moves the changes, with their full keys, to what is to be committed. */
    void drainTo(NavigableMap<byte[], byte @Nullable []> batch) {
        changes.forEach((key, value) -> batch.put(Keys.of(prefix, key), value));
        changes.clear();
        changedBytes = 0;
    }
}
