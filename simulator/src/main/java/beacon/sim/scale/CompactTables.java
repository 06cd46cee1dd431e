package beacon.sim.scale;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The routing tables of a whole network in one array: for each node a bucket of k for each length of the prefix that it
 * shares with others, as {@code beacon.dht.kademlia.RoutingTable} has it. A node is an index; indices are in the order of
 * the nodes' keys, of which the first 64 bits are kept: distance and shared prefix are those of {@code KadKey}, since no two
 * keys begin with the same 64 bits.
 *
 * <p>Not kept, because it would be most of the memory: addresses, times, and the peers that wait for a place. A member of
 * a full bucket that fails is dropped at once, as in a full node where somebody waits; else at the second time.
 */
public final class CompactTables {
    /** Buckets of a node; the last one has all who share more bits than that. Next to nobody does among a million. */
    public static final int BUCKETS = 24;

    private static final int FAILED_ONCE = 1 << 31;
    private static final int INDEX = ~FAILED_ONCE;

    private final int k;
    private final long[] keys;
    private final int[] members;
    private final byte[] counts;

    /**
     * Nodes with empty tables.
     *
     * @param sortedKeys in unsigned order, no two of them equal
     * @param k size of a bucket
     */
    public CompactTables(long[] sortedKeys, int k) {
        for (int i = 1; i < sortedKeys.length; i++) {
            if (Long.compareUnsigned(sortedKeys[i - 1], sortedKeys[i]) >= 0) {
                throw new IllegalArgumentException("expected keys in order, but found %016x before %016x"
                        .formatted(sortedKeys[i - 1], sortedKeys[i]));
            }
        }
        long size = (long) sortedKeys.length * BUCKETS * k;
        if (size > Integer.MAX_VALUE - 8 || k > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("expected tables of at most 2^31 members, but found " + size);
        }
        this.k = k;
        this.keys = sortedKeys;
        this.members = new int[(int) size];
        this.counts = new byte[sortedKeys.length * BUCKETS];
    }

    /** Keys of so many nodes, drawn evenly. */
    static long[] randomKeys(int nodes, SplittableRandom random) {
        long[] keys = new long[nodes];
        int count = 0;
        while (count < nodes) {
            while (count < nodes) {
                keys[count++] = random.nextLong();
            }
            // Signed order of keys with the first bit turned over is unsigned order.
            for (int i = 0; i < nodes; i++) {
                keys[i] ^= Long.MIN_VALUE;
            }
            Arrays.sort(keys);
            int kept = 0;
            for (int i = 0; i < nodes; i++) {
                if (i == 0 || keys[i] != keys[i - 1]) {
                    keys[kept++] = keys[i];
                }
            }
            count = kept;
            for (int i = 0; i < nodes; i++) {
                keys[i] ^= Long.MIN_VALUE;
            }
        }
        return keys;
    }

    /** Fills all tables as those of a network that has run for long: each bucket has k of those who belong there, or all. */
    public void fill(SplittableRandom random) {
        fill(0, keys.length, 0, random);
    }

    private void fill(int from, int to, int bit, SplittableRandom random) {
        if (to - from < 2) {
            return;
        }
        int middle = bit < BUCKETS - 1 ? firstWithBit(from, to, bit) : from;
        if (bit == BUCKETS - 1) {
            for (int node = from; node < to; node++) {
                for (int peer = from; peer < to; peer++) {
                    if (peer != node && count(node, bit) < k) {
                        add(node, bit, peer);
                    }
                }
            }
            return;
        }
        sample(from, middle, middle, to, bit, random);
        sample(middle, to, from, middle, bit, random);
        fill(from, middle, bit + 1, random);
        fill(middle, to, bit + 1, random);
    }

    private int firstWithBit(int from, int to, int bit) {
        long mask = 1L << (63 - bit);
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if ((keys[middle] & mask) == 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Gives each node of one range k random nodes of another. */
    private void sample(int from, int to, int others, int othersEnd, int bit, SplittableRandom random) {
        int size = othersEnd - others;
        for (int node = from; node < to; node++) {
            int start = (node * BUCKETS + bit) * k;
            int wanted = Math.min(k, size);
            int taken = 0;
            if (size <= 4 * k) {
                for (int i = 0; taken < wanted; i++) {
                    if (random.nextInt(size - i) < wanted - taken) {
                        members[start + taken++] = others + i;
                    }
                }
            } else {
                while (taken < wanted) {
                    int drawn = others + random.nextInt(size);
                    if (indexIn(start, taken, drawn) < 0) {
                        members[start + taken++] = drawn;
                    }
                }
            }
            counts[node * BUCKETS + bit] = (byte) wanted;
        }
    }

    private int indexIn(int start, int count, int peer) {
        for (int i = start; i < start + count; i++) {
            if ((members[i] & INDEX) == peer) {
                return i;
            }
        }
        return -1;
    }

    int nodes() {
        return keys.length;
    }

    int bucketSize() {
        return k;
    }

    long key(int node) {
        return keys[node];
    }

    /** Members of a bucket. */
    public int count(int node, int bucket) {
        return counts[node * BUCKETS + bucket];
    }

    /** One of them. */
    public int member(int node, int bucket, int index) {
        return members[(node * BUCKETS + bucket) * k + index] & INDEX;
    }

    /** The bucket in which a node has those who share as much with it as a key does. */
    int bucket(int node, long key) {
        return Math.min(Long.numberOfLeadingZeros(keys[node] ^ key), BUCKETS - 1);
    }

    private void add(int node, int bucket, int peer) {
        int at = node * BUCKETS + bucket;
        members[at * k + counts[at]++] = peer;
    }

    /** A peer has shown that it lives: it is in the table from now on, if its bucket has room. */
    void offer(int node, int peer) {
        if (node == peer) {
            return;
        }
        int at = node * BUCKETS + bucket(node, keys[peer]);
        int known = indexIn(at * k, counts[at], peer);
        if (known >= 0) {
            members[known] = peer;
        } else if (counts[at] < k) {
            members[at * k + counts[at]++] = peer;
        }
    }

    /** A peer did not answer. */
    void failed(int node, int peer) {
        int at = node * BUCKETS + bucket(node, keys[peer]);
        int known = indexIn(at * k, counts[at], peer);
        if (known < 0) {
            return;
        }
        if (counts[at] < k && members[known] >= 0) {
            members[known] |= FAILED_ONCE;
        } else {
            members[known] = members[at * k + --counts[at]];
        }
    }

    /**
     * The members closest to a key, in no order: bucket c of the prefix shared with it is closest, then all deeper ones
     * together, then c-1, c-2 and so on.
     *
     * @param but nobody, or one who is left out
     * @return how many there are, at most {@code wanted}
     */
    int closest(int node, long target, int wanted, int but, Selection into) {
        int shared = bucket(node, target);
        into.begin(target, wanted);
        addAll(node, shared, but, into);
        into.endGroup();
        if (into.size() < wanted) {
            for (int bucket = shared + 1; bucket < BUCKETS; bucket++) {
                addAll(node, bucket, but, into);
            }
            into.endGroup();
        }
        for (int bucket = shared - 1; bucket >= 0 && into.size() < wanted; bucket--) {
            addAll(node, bucket, but, into);
            into.endGroup();
        }
        return into.size();
    }

    private void addAll(int node, int bucket, int but, Selection into) {
        int at = node * BUCKETS + bucket;
        int start = at * k;
        int end = start + counts[at];
        for (int i = start; i < end; i++) {
            int peer = members[i] & INDEX;
            if (peer != but) {
                into.add(peer, keys[peer]);
            }
        }
    }

    /** Takes groups of peers, each closer than the next; of the last one only the closest that there is room for. */
    static final class Selection {
        final int[] peers;
        private final long[] distances;
        private long target;
        private int wanted;
        private int settled;
        private int size;

        Selection(int most) {
            this.peers = new int[most];
            this.distances = new long[most];
        }

        void begin(long towards, int atMost) {
            target = towards;
            wanted = atMost;
            settled = 0;
            size = 0;
        }

        void endGroup() {
            settled = size;
        }

        int size() {
            return size;
        }

        /** Of a peer that was taken. */
        long key(int index) {
            return distances[index] ^ target;
        }

        void add(int peer, long key) {
            long distance = key ^ target;
            if (size < wanted) {
                peers[size] = peer;
                distances[size++] = distance;
                return;
            }
            int farthest = -1;
            long most = distance;
            for (int i = settled; i < size; i++) {
                if (Long.compareUnsigned(distances[i], most) > 0) {
                    most = distances[i];
                    farthest = i;
                }
            }
            if (farthest >= 0) {
                peers[farthest] = peer;
                distances[farthest] = distance;
            }
        }
    }
}
