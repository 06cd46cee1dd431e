package beacon.views;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Sorts keys in unsigned order. Keys of views come in families that begin alike, which makes each comparison long; so what
 * all have in common is skipped, the next five bytes are sorted as numbers, and what is still alike is sorted among itself.
 */
final class KeyOrder {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int FEW = 12;
    /** Of a number that is sorted, the lower bits say which key it is of. */
    private static final int PLACE_BITS = 24;

    private final byte[][] keys;
    private final int[] places;
    private final int[] moved;
    private final long[] numbers;

    /**
     * Sorts.
     *
     * @param count of keys, from the first
     */
    KeyOrder(byte[][] keys, int count) {
        this.keys = keys;
        places = IntStream.range(0, count).toArray();
        boolean numbered = count < 1 << PLACE_BITS;
        moved = new int[numbered ? count : 0];
        numbers = new long[numbered ? count : 0];
        if (numbered) {
            sort(0, count, 0);
        } else {
            compare(0, count);
        }
    }

    /** Where the keys are, in the order of the keys. */
    int[] places() {
        return places;
    }

    private void sort(int from, int to, int alike) {
        if (to - from <= FEW) {
            insert(from, to);
            return;
        }
        int depth = common(from, to, alike);
        for (int i = from; i < to; i++) {
            numbers[i] = ((five(keys[places[i]], depth) << PLACE_BITS) | (i - from)) ^ Long.MIN_VALUE;
            moved[i] = places[i];
        }
        Arrays.sort(numbers, from, to);
        for (int i = from; i < to; i++) {
            places[i] = moved[from + (int) (numbers[i] & ((1 << PLACE_BITS) - 1))];
        }
        int start = from;
        for (int i = from + 1; i <= to; i++) {
            if (i == to || numbers[i] >>> PLACE_BITS != numbers[start] >>> PLACE_BITS) {
                numbers[start] = i;
                start = i;
            }
        }
        for (int run = from; run < to; ) {
            int end = (int) numbers[run];
            if (end - run == to - from) {
                // Nothing told them apart: some are shorter and the others go on with zeros.
                compare(from, to);
            } else if (end - run > 1) {
                sort(run, end, depth);
            }
            run = end;
        }
    }

    /** Bytes that all begin with, so many of which are known. */
    private int common(int from, int to, int known) {
        byte[] first = keys[places[from]];
        int common = first.length;
        for (int i = from + 1; i < to && common > known; i++) {
            byte[] key = keys[places[i]];
            int differ = Arrays.mismatch(first, known, common, key, known, Math.min(key.length, common));
            if (differ >= 0) {
                common = known + differ;
            }
        }
        return common;
    }

    /** Five bytes from there on as a number; zeros where the key has ended. */
    private static long five(byte[] key, int from) {
        if (from + Long.BYTES <= key.length) {
            return (long) LONGS.get(key, from) >>> PLACE_BITS;
        }
        long number = 0;
        for (int i = from; i < from + Long.BYTES - PLACE_BITS / Byte.SIZE; i++) {
            number = (number << Byte.SIZE) | (i < key.length ? Byte.toUnsignedInt(key[i]) : 0);
        }
        return number;
    }

    private void insert(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            int place = places[i];
            int hole = i;
            while (hole > from && Arrays.compareUnsigned(keys[places[hole - 1]], keys[place]) > 0) {
                places[hole] = places[hole - 1];
                hole--;
            }
            places[hole] = place;
        }
    }

    private void compare(int from, int to) {
        int[] sorted = IntStream.range(from, to)
                .map(i -> places[i])
                .boxed()
                .sorted((a, b) -> Arrays.compareUnsigned(keys[a], keys[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        System.arraycopy(sorted, 0, places, from, sorted.length);
    }
}
