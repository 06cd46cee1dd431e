package beacon.views;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * State of one view: a map of byte keys in unsigned order. Changes are seen at once and become permanent with a commit of
 * the runner, which may still be under way while the view goes on. Belongs to the thread that runs the views.
 */
public final class ViewState implements StateReader {
    private final byte[] prefix;
    private final KeyValues.Reader committed;
    /** Changes that are being committed, the newest first. */
    private final Deque<ViewChanges> leaving = new ArrayDeque<>();

    private ViewChanges changes = new ViewChanges(0);

    ViewState(byte[] prefix, KeyValues.Reader committed) {
        this.prefix = prefix;
        this.committed = committed;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        int place = changes.find(key);
        return place < 0 ? earlier(key) : changes.now(place);
    }

    /** What a key has without the present changes. */
    private byte @Nullable [] earlier(byte[] key) {
        for (ViewChanges each : leaving) {
            int place = each.find(key);
            if (place >= 0) {
                return each.now(place);
            }
        }
        return committed.get(Keys.of(prefix, key));
    }

    /** Sets the value of a key; neither array changes later. */
    public void put(byte[] key, byte[] value) {
        change(key, value);
    }

    /**
     * Sets the value of a key of which the view knows that it is not there, because what it belongs to is new; that spares
     * looking for it. Neither array changes later.
     */
    public void add(byte[] key, byte[] value) {
        changes.set(key, null, value);
    }

    /**
     * Adds bytes at the end of what a key has, which is nothing when it is not there. Costs what is added, not what the key
     * has, but for the first time between two commits.
     */
    public void append(byte[] key, byte[] more) {
        int place = changes.find(key);
        if (place < 0) {
            byte[] before = earlier(key);
            changes.set(key, before, before == null ? more : Keys.of(before, more));
        } else {
            changes.append(place, more);
        }
    }

    /** Removes a key, if it is there. */
    public void remove(byte[] key) {
        change(key, null);
    }

    private void change(byte[] key, byte @Nullable [] value) {
        int place = changes.find(key);
        if (place >= 0) {
            changes.set(place, value);
            return;
        }
        byte[] before = earlier(key);
        if (!Arrays.equals(before, value)) {
            changes.set(key, before, value);
        }
    }

    /** As said there; the visitor changes nothing. */
    @Override
    public void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) {
        NavigableMap<byte[], byte @Nullable []> changed = new TreeMap<>(Arrays::compareUnsigned);
        for (Iterator<ViewChanges> oldest = leaving.descendingIterator(); oldest.hasNext(); ) {
            ViewChanges each = oldest.next();
            each.range(from, to, (key, place) -> changed.put(key, each.now(place)));
        }
        changes.range(from, to, (key, place) -> changed.put(key, changes.now(place)));
        Merge merge = new Merge(changed.entrySet().iterator(), visitor);
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

    /** Bytes of keys and values changed since the last {@link #leave}. */
    long changedBytes() {
        return changes.bytes();
    }

    byte[] prefix() {
        return prefix;
    }

    /**
     * Takes leave of the changes, which are seen until {@link #arrived} says that they were committed.
     *
     * @param seed of the next ones
     */
    ViewChanges leave(long seed) {
        ViewChanges left = changes;
        left.end();
        leaving.addFirst(left);
        changes = new ViewChanges(seed);
        return left;
    }

    /** These changes were committed. */
    void arrived(ViewChanges oldest) {
        leaving.removeLastOccurrence(oldest);
    }
}
