package beacon.sim.scale;

import java.util.Arrays;

/**
 * What is due, as numbers: the time in the upper bits and a slot in the lower ones, so that one comparison decides. Each
 * slot is due once at a time.
 */
final class EventHeap {
    static final int SLOT_BITS = 22;
    private static final int ARITY = 4;

    private long[] heap = new long[1024];
    private int size;

    void add(long micros, int slot) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        long event = micros << SLOT_BITS | slot;
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) / ARITY;
            if (heap[parent] <= event) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = event;
    }

    boolean isEmpty() {
        return size == 0;
    }

    static long micros(long event) {
        return event >>> SLOT_BITS;
    }

    static int slot(long event) {
        return (int) event & ((1 << SLOT_BITS) - 1);
    }

    /** Takes the first out. */
    long remove() {
        long first = heap[0];
        long last = heap[--size];
        int at = 0;
        while (true) {
            int child = at * ARITY + 1;
            if (child >= size) {
                break;
            }
            int least = child;
            int end = Math.min(child + ARITY, size);
            for (int i = child + 1; i < end; i++) {
                if (heap[i] < heap[least]) {
                    least = i;
                }
            }
            if (heap[least] >= last) {
                break;
            }
            heap[at] = heap[least];
            at = least;
        }
        heap[at] = last;
        return first;
    }
}
