package beacon.index.state;

import beacon.index.log.RequestId;
import beacon.model.Refusal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the answers to the last N appends, so that a repeated request gets the same one. A ring in order of arrival
 * with an open-addressing index over it: 40 bytes a request.
 *
 * <p>What has left the window is not forgotten silently: {@link #horizon()} is the last sequence that existed when the
 * newest forgotten request was answered. A request that was first sent before that may have been answered and
 * forgotten.
 */
final class RequestMemory {
    private final int capacity;
    private long[] high;
    private long[] low;
    private long[] fingerprint;
    /** First sequence of an accepted append; 0 when it was refused. */
    private long[] first;
    /** Number of events, or 0. */
    private int[] count;
    /** Last sequence of the log when the answer was given. */
    private long[] answeredAt;
    /** Slot of the ring + 1 by hash; 0 is free. Twice as long as the ring. */
    private int[] index;

    private final Map<RequestId, Refusal> refusals = new LinkedHashMap<>();
    private long added;
    private long horizon;

    /** An answer that was given. */
    record Answer(
            long fingerprint,
            long firstSequence,
            int count,
            @Nullable Refusal refusal) {}

    /**
     * An empty memory.
     *
     * @param capacity number of requests it remembers, a power of two
     */
    RequestMemory(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("expected a power of two, but found " + capacity);
        }
        this.capacity = capacity;
        int start = Math.min(capacity, 1024);
        high = new long[start];
        low = new long[start];
        fingerprint = new long[start];
        first = new long[start];
        count = new int[start];
        answeredAt = new long[start];
        index = new int[2 * start];
    }

    private RequestMemory(RequestMemory other) {
        capacity = other.capacity;
        high = other.high.clone();
        low = other.low.clone();
        fingerprint = other.fingerprint.clone();
        first = other.first.clone();
        count = other.count.clone();
        answeredAt = other.answeredAt.clone();
        index = other.index.clone();
        refusals.putAll(other.refusals);
        added = other.added;
        horizon = other.horizon;
    }

    RequestMemory copy() {
        return new RequestMemory(this);
    }

    int capacity() {
        return capacity;
    }

    /** Requests remembered. */
    int size() {
        return (int) Math.min(added, capacity);
    }

    long horizon() {
        return horizon;
    }

    void restoreHorizon(long sequence) {
        horizon = Math.max(horizon, sequence);
    }

    @Nullable
    Answer find(RequestId id) {
        int slot = slotOf(id.high(), id.low());
        if (slot < 0) {
            return null;
        }
        return new Answer(fingerprint[slot], first[slot], count[slot], count[slot] == 0 ? refusals.get(id) : null);
    }

    void accepted(RequestId id, long contentFingerprint, long firstSequence, int events) {
        add(id, contentFingerprint, firstSequence, events, firstSequence + events - 1);
    }

    void refused(RequestId id, long contentFingerprint, Refusal refusal, long lastSequence) {
        add(id, contentFingerprint, 0, 0, lastSequence);
        refusals.put(id, refusal);
    }

    private void add(RequestId id, long contentFingerprint, long firstSequence, int events, long sequenceNow) {
        if (added == high.length && high.length < capacity) {
            grow();
        }
        int slot = (int) (added & (high.length - 1));
        if (added >= high.length) {
            forget(slot);
        }
        high[slot] = id.high();
        low[slot] = id.low();
        fingerprint[slot] = contentFingerprint;
        first[slot] = firstSequence;
        count[slot] = events;
        answeredAt[slot] = sequenceNow;
        added++;
        insertIndex(slot);
    }

    private void grow() {
        int bigger = high.length * 2;
        high = Arrays.copyOf(high, bigger);
        low = Arrays.copyOf(low, bigger);
        fingerprint = Arrays.copyOf(fingerprint, bigger);
        first = Arrays.copyOf(first, bigger);
        count = Arrays.copyOf(count, bigger);
        answeredAt = Arrays.copyOf(answeredAt, bigger);
        index = new int[2 * bigger];
        for (int slot = 0; slot < added; slot++) {
            insertIndex(slot);
        }
    }

    private void insertIndex(int slot) {
        int mask = index.length - 1;
        int at = hash(high[slot], low[slot]) & mask;
        while (index[at] != 0) {
            at = (at + 1) & mask;
        }
        index[at] = slot + 1;
    }

    private int slotOf(long idHigh, long idLow) {
        int mask = index.length - 1;
        for (int at = hash(idHigh, idLow) & mask; index[at] != 0; at = (at + 1) & mask) {
            int slot = index[at] - 1;
            if (high[slot] == idHigh && low[slot] == idLow) {
                return slot;
            }
        }
        return -1;
    }

    private void forget(int slot) {
        horizon = Math.max(horizon, answeredAt[slot]);
        if (count[slot] == 0) {
            refusals.remove(new RequestId(high[slot], low[slot]));
        }
        int mask = index.length - 1;
        int hole = hash(high[slot], low[slot]) & mask;
        while (index[hole] != slot + 1) {
            hole = (hole + 1) & mask;
        }
        // Deletion without tombstones (Knuth, TAOCP volume 3, 6.4, algorithm R): pull back what probing passed over.
        for (int at = (hole + 1) & mask; index[at] != 0; at = (at + 1) & mask) {
            int home = hash(high[index[at] - 1], low[index[at] - 1]) & mask;
            boolean stays = hole <= at ? hole < home && home <= at : hole < home || home <= at;
            if (!stays) {
                index[hole] = index[at];
                hole = at;
            }
        }
        index[hole] = 0;
    }

    private static int hash(long idHigh, long idLow) {
        long mixed = (idHigh ^ Long.rotateLeft(idLow, 32)) * 0x9E3779B97F4A7C15L;
        mixed ^= mixed >>> 29;
        return (int) ((mixed * 0xBF58476D1CE4E5B9L) >>> 32);
    }

    /** Calls back for every remembered request, oldest first. */
    void forEach(Visitor visitor) {
        for (long number = added - size(); number < added; number++) {
            int slot = (int) (number & (high.length - 1));
            RequestId id = new RequestId(high[slot], low[slot]);
            visitor.visit(
                    id,
                    new Answer(fingerprint[slot], first[slot], count[slot], count[slot] == 0 ? refusals.get(id) : null),
                    answeredAt[slot]);
        }
    }

    /** Receives remembered requests. */
    interface Visitor {
        void visit(RequestId id, Answer answer, long answeredAt);
    }
}
