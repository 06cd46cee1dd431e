package beacon.index.journal.file;

import java.util.Arrays;

/** A growing list of file positions; at most one for every 64th record of a cycle. */
final class PositionList {
    private long[] positions = new long[64];
    private int size;

    void add(long position) {
        if (size == positions.length) {
            positions = Arrays.copyOf(positions, 2 * size);
        }
        positions[size++] = position;
    }

    int size() {
        return size;
    }

    long get(int i) {
        return positions[i];
    }
}
