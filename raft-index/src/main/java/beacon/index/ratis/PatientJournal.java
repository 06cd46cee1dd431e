package beacon.index.ratis;

import beacon.index.journal.Journal;
import beacon.index.journal.JournalException;
import beacon.index.log.RecordReader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal whose append waits for room instead of failing. What the log has committed must be applied sooner or later;
 * until then nothing is acknowledged, and admission refuses new appends with a typed reason.
 */
final class PatientJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(PatientJournal.class);
    private static final long RETRY_MILLIS = 200;

    private final Journal journal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private volatile boolean closed;
    private volatile boolean waiting;

    PatientJournal(Journal journal) {
        this.journal = journal;
    }

    /** Whether an append waits for room at this moment. */
    boolean isWaiting() {
        return waiting;
    }

    @Override
    public long lastSequence() {
        return journal.lastSequence();
    }

    @Override
    public void append(long sequence, byte[] bytes) {
        while (true) {
            try {
                journal.append(sequence, bytes);
                waiting = false;
                return;
            } catch (JournalException.DiskFull e) {
                if (!waiting) {
                    waiting = true;
                    LOG.warn("journal_waits_for_room sequence={} cause=\"{}\"", sequence, e.getMessage());
                }
                awaitRetry();
            }
        }
    }

    private void awaitRetry() {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException.Failed("interrupted while waiting for room in the journal", e);
        } finally {
            lock.unlock();
        }
        if (closed) {
            throw new JournalException.Failed("closed while waiting for room in the journal", null);
        }
    }

    /** Makes a waiting append give up. */
    void stopWaiting() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sync() {
        journal.sync();
    }

    @Override
    public RecordReader readFrom(long firstSequence) {
        return journal.readFrom(firstSequence);
    }

    @Override
    public long sizeBytes() {
        return journal.sizeBytes();
    }

    @Override
    public void close() {
        stopWaiting();
        journal.close();
    }
}
