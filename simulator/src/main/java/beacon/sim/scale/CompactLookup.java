package beacon.sim.scale;

import beacon.dht.kademlia.LookupRules;
import java.util.Arrays;

/**
 * One walk towards a key by the rules of {@code beacon.dht.kademlia.Lookup} on one path, without an object for a peer: the
 * same peers are asked in the same order, and it ends at the same answer (CompactLookupTest holds the two together). Used
 * again and again.
 */
final class CompactLookup {
    private static final int KEPT_TIMES_K = 8;
    private static final int HEARD = 0;
    private static final int ASKED = 1;
    private static final int ANSWERED = 2;
    private static final int FAILED = 3;
    private static final int STATE = 3;
    private static final int DEPTH_SHIFT = 2;
    private static final int DEPTH = 0xff;
    private static final int NODE_SHIFT = 10;

    private final LookupRules rules;
    private final int kept;
    /** Closest first: with the first bit turned over, so that their order as signed numbers is that of distance. */
    private long[] distances;
    /** Node, depth and state of each, packed. */
    private long[] candidates;

    private int size;
    private int self;
    private long target;
    private int inFlight;
    private int messages;

    CompactLookup(LookupRules rules) {
        if (rules.paths() != 1) {
            throw new IllegalArgumentException("expected one path, but found " + rules.paths());
        }
        this.rules = rules;
        this.kept = KEPT_TIMES_K * rules.resultSize();
        this.distances = new long[2 * kept];
        this.candidates = new long[2 * kept];
    }

    /** Begins a walk. */
    void begin(int from, long towards) {
        self = from;
        target = towards;
        size = 0;
        inFlight = 0;
        messages = 0;
    }

    long target() {
        return target;
    }

    int self() {
        return self;
    }

    /** Tells of a peer; those that are there already are there once. */
    void hear(int peer, long key, int depth) {
        if (peer == self) {
            return;
        }
        long distance = distance(key);
        int at = find(distance);
        if (at < size && distances[at] == distance) {
            return;
        }
        if (size - messages >= kept && at == size) {
            // The farthest of too many would go again at once.
            return;
        }
        if (size == distances.length) {
            distances = Arrays.copyOf(distances, 2 * size);
            candidates = Arrays.copyOf(candidates, 2 * size);
        }
        System.arraycopy(distances, at, distances, at + 1, size - at);
        System.arraycopy(candidates, at, candidates, at + 1, size - at);
        distances[at] = distance;
        candidates[at] = (long) peer << NODE_SHIFT | (long) Math.min(depth, DEPTH) << DEPTH_SHIFT | HEARD;
        size++;
        if (size - messages > kept) {
            dropFarthestHeard();
        }
    }

    private void dropFarthestHeard() {
        for (int i = size - 1; i >= 0; i--) {
            if ((candidates[i] & STATE) == HEARD) {
                System.arraycopy(distances, i + 1, distances, i, size - i - 1);
                System.arraycopy(candidates, i + 1, candidates, i, size - i - 1);
                size--;
                return;
            }
        }
    }

    private long distance(long key) {
        return key ^ target ^ Long.MIN_VALUE;
    }

    /**
     * Where a distance is, or belongs. Halves without a jump, as a processor cannot foretell which half it is: that took a
     * quarter of the time of a walk.
     */
    private int find(long distance) {
        int low = 0;
        for (int left = size; left > 0; ) {
            int half = (left + 1) >>> 1;
            low = distances[low + half - 1] < distance ? low + half : low;
            left -= half;
        }
        return low;
    }

    /** Peers to be asked now; they count as asked from here on. Returns how many there are. */
    int next(int[] into) {
        if (isDone()) {
            return 0;
        }
        int asked = inFlight;
        int considered = 0;
        int count = 0;
        for (int i = 0; i < size && asked < rules.parallelism() && considered < rules.resultSize(); i++) {
            int state = (int) candidates[i] & STATE;
            if (state == HEARD) {
                candidates[i] = candidates[i] | ASKED;
                asked++;
                into[count++] = (int) (candidates[i] >>> NODE_SHIFT);
            }
            considered += state == FAILED ? 0 : 1;
        }
        inFlight += count;
        messages += count;
        return count;
    }

    /** A peer answered; tells how deep those are that it names, or 0 when it was not asked. */
    int answered(long key) {
        int at = settle(key, ANSWERED);
        return at < 0 ? 0 : ((int) (candidates[at] >>> DEPTH_SHIFT) & DEPTH) + 1;
    }

    /** A peer did not answer. */
    void failed(long key) {
        int unused = settle(key, FAILED);
    }

    private int settle(long key, int state) {
        long distance = distance(key);
        int at = find(distance);
        if (at >= size || distances[at] != distance || (candidates[at] & STATE) != ASKED) {
            return -1;
        }
        candidates[at] = (candidates[at] & ~(long) STATE) | state;
        inFlight--;
        return at;
    }

    /** Whether enough of the closest have answered, or nobody is left to be asked. */
    boolean isDone() {
        int answered = 0;
        for (int i = 0; i < size; i++) {
            if (answered == rules.mustAnswer()) {
                return true;
            }
            int state = (int) candidates[i] & STATE;
            if (state == ANSWERED) {
                answered++;
            } else if (state != FAILED) {
                return false;
            }
        }
        return true;
    }

    /** Depth of the closest peer that has answered; 0 when none has. */
    int hops() {
        for (int i = 0; i < size; i++) {
            if ((candidates[i] & STATE) == ANSWERED) {
                return (int) (candidates[i] >>> DEPTH_SHIFT) & DEPTH;
            }
        }
        return 0;
    }

    /** The closest peers that have answered, closest first. */
    int[] closest() {
        int[] found = new int[rules.resultSize()];
        int count = 0;
        for (int i = 0; i < size && count < found.length; i++) {
            if ((candidates[i] & STATE) == ANSWERED) {
                found[count++] = (int) (candidates[i] >>> NODE_SHIFT);
            }
        }
        return Arrays.copyOf(found, count);
    }

    int messages() {
        return messages;
    }

    int inFlight() {
        return inFlight;
    }
}
