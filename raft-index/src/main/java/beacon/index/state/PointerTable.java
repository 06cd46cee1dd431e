package beacon.index.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ordered map from address key to {@link PointerEntry}: a B+ tree whose versions share structure.
 *
 * <p>One thread writes. {@link #freeze()} returns the present version in constant time; a frozen version never changes
 * and may be read by any thread, so readers, pages of a listing and snapshots see one moment without a lock. Between two
 * freezes the writer changes nodes it made itself in place; nodes of a frozen version are copied first (path copying;
 * Driscoll et al., "Making data structures persistent", 1989).
 */
final class PointerTable {
    private static final int MAX = 64;

    private Object owner = new Object();
    private Node root = new Node(owner, true);
    private int size;
    private long entryBytes;
    /** Heap bytes of the entry that the present put replaces; 0 when it adds one. */
    private long replacedBytes;

    /** An immutable version of the table. */
    static final class Version {
        private final Node root;
        private final int size;
        private final long entryBytes;

        private Version(Node root, int size, long entryBytes) {
            this.root = root;
            this.size = size;
            this.entryBytes = entryBytes;
        }

        int size() {
            return size;
        }

        /** Estimated heap bytes of entries and tree nodes. */
        long heapBytes() {
            // Nodes are on average 70 % full: a slot of 4 bytes, and a node of 40 bytes for 45 of them.
            return entryBytes + size * 7L;
        }

        @Nullable
        PointerEntry get(byte[] key) {
            return PointerTable.get(root, key);
        }

        /** Up to limit entries that start with the prefix and are greater than the key after, in key order. */
        List<PointerEntry> scan(byte[] prefix, byte @Nullable [] after, int limit) {
            List<PointerEntry> found = new ArrayList<>(Math.min(limit, 64));
            root.collect(new Scan(prefix, after == null ? prefix : after, after == null, limit), found);
            return found;
        }
    }

    /** Where a scan starts and stops. */
    @SuppressWarnings("ArrayRecordComponent") // Private, never compared, alive for one scan.
    private record Scan(byte[] prefix, byte[] from, boolean inclusive, int limit) {}

    Version freeze() {
        owner = new Object();
        return new Version(root, size, entryBytes);
    }

    int size() {
        return size;
    }

    @Nullable
    PointerEntry get(byte[] key) {
        return get(root, key);
    }

    private static @Nullable PointerEntry get(Node root, byte[] key) {
        Node node = root;
        while (!node.leaf) {
            node = node.child(node.childFor(key));
        }
        int at = node.find(key);
        return at >= 0 ? (PointerEntry) node.slots[at] : null;
    }

    /** Adds the entry, or replaces the one that has its key. */
    void put(PointerEntry entry) {
        replacedBytes = 0;
        root = root.ownedBy(owner);
        Node right = root.put(this, entry, entry.keyBytes());
        entryBytes += entry.heapBytes() - replacedBytes;
        if (replacedBytes == 0) {
            size++;
        }
        if (right != null) {
            Node taller = new Node(owner, false);
            taller.insert(0, root, root.firstEntry());
            taller.insert(1, right, right.firstEntry());
            root = taller;
        }
    }

    /** A node: entries in key order, or children in key order with the smallest entry of each. */
    private static final class Node {
        private final Object owner;
        private final boolean leaf;
        private int count;
        private Object[] slots;
        /** Smallest entry below each child; only its key is looked at. Empty in a leaf. */
        private PointerEntry[] firsts;

        Node(Object owner, boolean leaf) {
            this.owner = owner;
            this.leaf = leaf;
            this.slots = new Object[leaf ? 8 : MAX];
            this.firsts = new PointerEntry[leaf ? 0 : MAX];
        }

        private Node(Object owner, Node other) {
            this.owner = owner;
            this.leaf = other.leaf;
            this.count = other.count;
            this.slots = other.slots.clone();
            this.firsts = leaf ? other.firsts : other.firsts.clone();
        }

        Node ownedBy(Object writer) {
            return owner == writer ? this : new Node(writer, this);
        }

        Node child(int at) {
            return (Node) slots[at];
        }

        PointerEntry firstEntry() {
            return leaf ? (PointerEntry) slots[0] : firsts[0];
        }

        private PointerEntry keyAt(int at) {
            return leaf ? (PointerEntry) slots[at] : firsts[at];
        }

        /** Index of the key, or -(insertion point) - 1. */
        int find(byte[] key) {
            int low = 0;
            int high = count - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = keyAt(middle).compareKey(key, key.length);
                if (order < 0) {
                    low = middle + 1;
                } else if (order > 0) {
                    high = middle - 1;
                } else {
                    return middle;
                }
            }
            return -low - 1;
        }

        int childFor(byte[] key) {
            int at = find(key);
            return at >= 0 ? at : Math.max(0, -at - 2);
        }

        /** Puts into this node, which the table owns; returns the right half when it had to be split. */
        @Nullable
        Node put(PointerTable table, PointerEntry entry, byte[] key) {
            if (leaf) {
                int at = find(key);
                if (at >= 0) {
                    table.replacedBytes = ((PointerEntry) slots[at]).heapBytes();
                    slots[at] = entry;
                } else {
                    insert(-at - 1, entry, entry);
                }
            } else {
                int at = childFor(key);
                Node child = child(at).ownedBy(table.owner);
                slots[at] = child;
                Node right = child.put(table, entry, key);
                firsts[at] = child.firstEntry();
                if (right != null) {
                    insert(at + 1, right, right.firstEntry());
                }
            }
            return count == MAX ? split(table.owner) : null;
        }

        void insert(int at, Object slot, PointerEntry first) {
            if (count == slots.length) {
                slots = Arrays.copyOf(slots, Math.min(MAX, count * 2));
            }
            System.arraycopy(slots, at, slots, at + 1, count - at);
            slots[at] = slot;
            if (!leaf) {
                System.arraycopy(firsts, at, firsts, at + 1, count - at);
                firsts[at] = first;
            }
            count++;
        }

        private Node split(Object writer) {
            // A key that arrives in order leaves full nodes behind; one in the middle halves them.
            Node right = new Node(writer, leaf);
            int kept = count / 2;
            int moved = count - kept;
            right.slots = Arrays.copyOfRange(slots, kept, kept + (leaf ? Math.max(8, moved) : MAX));
            right.count = moved;
            Arrays.fill(slots, kept, count, null);
            if (leaf) {
                slots = Arrays.copyOf(slots, kept);
            } else {
                right.firsts = Arrays.copyOfRange(firsts, kept, kept + MAX);
                Arrays.fill(firsts, kept, count, null);
            }
            count = kept;
            return right;
        }

        /** Returns false when the scan is over. */
        boolean collect(Scan scan, List<PointerEntry> found) {
            int at = leaf ? find(scan.from()) : childFor(scan.from());
            if (leaf) {
                at = at < 0 ? -at - 1 : scan.inclusive() ? at : at + 1;
            }
            for (; at < count; at++) {
                if (leaf) {
                    PointerEntry entry = (PointerEntry) slots[at];
                    if (found.size() == scan.limit() || !entry.keyStartsWith(scan.prefix())) {
                        return false;
                    }
                    found.add(entry);
                } else if (!child(at).collect(scan, found)) {
                    return false;
                }
            }
            return true;
        }
    }
}
