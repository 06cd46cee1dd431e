package beacon.index.journal;

import beacon.index.log.RecordReader;

/**
 * Dense, append-only history. One thread appends; any number of threads read, each with its own {@link RecordReader}.
 *
 * <p>Only committed events are ever appended, so the journal never has to take one back. What a crash leaves unfinished
 * at the end is dropped when the journal is opened and refilled from the Raft log.
 */
public interface Journal extends AutoCloseable {
    /** Last sequence that readers can see; 0 when empty. */
    long lastSequence();

    /**
     * Appends one record.
     *
     * @param sequence must be {@link #lastSequence()} + 1
     * @param bytes the recorded event; copied
     * @throws JournalException.OutOfOrder when the sequence is not the next one
     * @throws JournalException.DiskFull when there is no room; nothing is appended and a later attempt may succeed
     */
    void append(long sequence, byte[] bytes);

    /** Returns when everything appended so far is on stable storage. */
    void sync();

    /**
     * A reader whose first {@link RecordReader#next()} yields the given sequence.
     *
     * @param firstSequence from 1 to {@link #lastSequence()} + 1
     * @throws JournalException.NoSuchSequence outside that range
     */
    RecordReader readFrom(long firstSequence);

    /** Bytes that the journal occupies on disk. */
    long sizeBytes();

    @Override
    void close();
}
