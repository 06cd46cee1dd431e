package beacon.index.log;

import java.util.Arrays;

/** A cursor over recorded events, as bytes. Belongs to one thread. */
public interface RecordReader extends AutoCloseable {
    /**
     * Moves to the next record.
     *
     * @return false when there is none yet; a later call may succeed
     * @throws RuntimeException typed by the log when the stored record is damaged; names the sequence
     */
    boolean next();

    /** Sequence of the current record. */
    long sequence();

    /** Holds the current record in its first {@link #length()} bytes; reused by the following {@link #next()}. */
    byte[] buffer();

    /** Length of the current record in bytes. */
    int length();

    /** A copy of the current record. */
    default byte[] copy() {
        return Arrays.copyOf(buffer(), length());
    }

    @Override
    void close();
}
