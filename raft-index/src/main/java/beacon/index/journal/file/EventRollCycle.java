package beacon.index.journal.file;

import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;

/**
 * A new file after a number of events instead of an hour of the day: the time that Chronicle is told advances by one
 * period with each cycle. A queue index is (cycle, place), so it follows from the sequence by arithmetic.
 */
final class EventRollCycle implements RollCycle {
    private static final int PERIOD_MILLIS = 1_000;
    private static final int PLACE_BITS = 32;

    private final String pattern;

    EventRollCycle(String pattern) {
        this.pattern = pattern;
    }

    /** Time that makes the given cycle the current one. */
    static long millisOf(int cycle) {
        return (long) cycle * PERIOD_MILLIS;
    }

    @Override
    public String format() {
        return pattern;
    }

    @Override
    public int lengthInMillis() {
        return PERIOD_MILLIS;
    }

    @Override
    public int current(TimeProvider time, long epoch) {
        return Math.toIntExact(time.currentTimeMillis() / PERIOD_MILLIS);
    }

    @Override
    public int defaultIndexCount() {
        return QueueLayout.INDEX_COUNT;
    }

    @Override
    public int defaultIndexSpacing() {
        return QueueLayout.INDEX_SPACING;
    }

    @Override
    public long toIndex(int cycle, long place) {
        return ((long) cycle << PLACE_BITS) + (place & 0xffff_ffffL);
    }

    @Override
    public long toSequenceNumber(long index) {
        return index & 0xffff_ffffL;
    }

    @Override
    public int toCycle(long index) {
        return (int) (index >>> PLACE_BITS);
    }

    @Override
    public long maxMessagesPerCycle() {
        return (long) QueueLayout.INDEX_COUNT * QueueLayout.INDEX_COUNT * QueueLayout.INDEX_SPACING;
    }
}
