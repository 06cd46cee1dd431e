package beacon.index.journal;

/** A cursor over a {@link Journal}. Belongs to one thread. */
public interface JournalReader extends AutoCloseable {
    /**
     * Moves to the next record.
     *
     * @return false when there is none yet; a later call may succeed
     * @throws JournalException.Damaged when the record's checksum or number is wrong; names the sequence
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
        return java.util.Arrays.copyOf(buffer(), length());
    }

    @Override
    void close();
}
