package beacon.sim.world;

import java.util.Arrays;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** What is due, by time and then by the number of insertion: a heap of four children in arrays, without an object an entry. */
final class Agenda {
    private static final int CHILDREN = 4;

    private long[] times = new long[256];
    private long[] numbers = new long[256];
    private @Nullable Runnable[] works = new Runnable[256];
    private int size;
    private long number;

    /** When the next is due; {@link Long#MAX_VALUE} when nothing is. */
    long nextAt() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    void add(long time, Runnable work) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            works = Arrays.copyOf(works, 2 * size);
        }
        int place = size;
        size++;
        while (place > 0 && time < times[(place - 1) / CHILDREN]) {
            move((place - 1) / CHILDREN, place);
            place = (place - 1) / CHILDREN;
        }
        set(place, time, number, work);
        number++;
    }

    /** Takes the next. */
    Runnable poll() {
        Runnable next = works[0];
        if (size == 0 || next == null) {
            throw new NoSuchElementException("expected something that is due, but found nothing");
        }
        size--;
        long time = times[size];
        long last = numbers[size];
        Runnable work = works[size];
        works[size] = null;
        if (size > 0) {
            int place = 0;
            int child = leastChild(0);
            while (child > 0 && isBefore(child, time, last)) {
                move(child, place);
                place = child;
                child = leastChild(place);
            }
            set(place, time, last, work);
        }
        return next;
    }

    /** 0 when it has none. */
    private int leastChild(int place) {
        int first = CHILDREN * place + 1;
        if (first >= size) {
            return 0;
        }
        int least = first;
        for (int child = first + 1; child < Math.min(size, first + CHILDREN); child++) {
            if (isBefore(child, times[least], numbers[least])) {
                least = child;
            }
        }
        return least;
    }

    private boolean isBefore(int place, long time, long other) {
        return times[place] < time || (times[place] == time && numbers[place] < other);
    }

    private void move(int from, int to) {
        set(to, times[from], numbers[from], works[from]);
    }

    private void set(int place, long time, long entry, @Nullable Runnable work) {
        times[place] = time;
        numbers[place] = entry;
        works[place] = work;
    }
}
