package beacon.index.journal.file;

import beacon.index.journal.Journal;
import beacon.index.journal.JournalException;
import beacon.index.log.RecordReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The journal on disk: Chronicle Queue cycle files of 2^20 records.
 *
 * <p>One thread appends. {@link #sync()}, the sizes and readers may be used from any thread. A reader sees a record once
 * {@link #append} has returned, and never anything behind it.
 */
public final class ChronicleJournal implements Journal {
    private static final String LOCK_FILE = "journal.lock";

    private final CycleFiles files;
    private final FileChannel lock;
    private final SpaceReserve reserve;
    private final QueueWriter writer;
    private final Object syncing = new Object();
    private int tailCycle;
    private long end;
    private @Nullable Throwable failure;
    private long syncedSequence;
    private long fullBytes;
    private volatile long lastSequence;
    private volatile long sizeBytes;

    private ChronicleJournal(
            CycleFiles files,
            JournalOptions options,
            FileChannel lock,
            JournalRecovery.Recovered recovered,
            long durable)
            throws IOException {
        this.files = files;
        this.lock = lock;
        this.reserve = new SpaceReserve(files, options);
        this.tailCycle = files.cycleOf(Math.max(1, recovered.lastSequence()));
        this.end = recovered.tailEnd();
        this.fullBytes = recovered.fullBytes();
        this.lastSequence = recovered.lastSequence();
        this.syncedSequence = durable;
        this.sizeBytes = fullBytes + end;
        this.writer = QueueWriter.after(files, lastSequence);
    }

    /**
     * Opens a journal, made when the directory is empty.
     *
     * @param durableSequence last sequence that the last snapshot vouches for, 0 without a snapshot; up to it the journal
     *     was synced and must be intact, what follows may have been torn by a crash and is cut to the longest intact
     *     prefix
     * @throws JournalException.Damaged when history up to the durable sequence is not what was synced
     */
    public static ChronicleJournal open(Path directory, long durableSequence) {
        return open(directory, durableSequence, JournalOptions.DEFAULTS);
    }

    /** As {@link #open(Path, long)}, with other file sizes. */
    public static ChronicleJournal open(Path directory, long durableSequence, JournalOptions options) {
        QuietChronicle.settle();
        FileChannel lock = null;
        try {
            Files.createDirectories(directory);
            lock = lock(directory);
            CycleFiles files = new CycleFiles(directory, options.cycleBits());
            JournalRecovery.Recovered recovered = new JournalRecovery(files, options, durableSequence).recover();
            return new ChronicleJournal(files, options, lock, recovered, durableSequence);
        } catch (IOException e) {
            release(lock);
            throw new JournalException.Failed("expected to open the journal in " + directory, e);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("it is open in this process already", e);
        }
        channel.close();
        throw new IOException("another process has it open");
    }

    private static void release(@Nullable FileChannel lock) {
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException e) {
                // The lock ends with the process at the latest.
                return;
            }
        }
    }

    @Override
    public long lastSequence() {
        return lastSequence;
    }

    @Override
    public void append(long sequence, byte[] bytes) {
        long previous = lastSequence;
        if (sequence != previous + 1) {
            throw new JournalException.OutOfOrder(previous + 1, sequence);
        }
        if (bytes.length > QueueLayout.MAX_RECORD_BYTES) {
            throw new IllegalArgumentException("expected a record of at most %d bytes, but found %d"
                    .formatted(QueueLayout.MAX_RECORD_BYTES, bytes.length));
        }
        if (failure != null) {
            throw new JournalException.Failed("expected a working journal, but an earlier append failed", failure);
        }
        makeRoom(sequence, bytes.length + IndexPages.overheadBytes());
        try {
            end = writer.append(sequence, bytes, 0, bytes.length);
        } catch (RuntimeException | InternalError | AssertionError e) {
            failure = e;
            throw new JournalException.Failed("expected to append journal record " + sequence, e);
        }
        lastSequence = sequence;
    }

    /** Takes the disk space that the record needs, or refuses with everything as it was. */
    private void makeRoom(long sequence, int bytes) {
        int cycle = files.cycleOf(sequence);
        if (cycle != tailCycle) {
            if (reserve.cycle() != cycle) {
                // For the mark that ends the file before.
                reserve.ensure(tailCycle, end, IndexPages.overheadBytes());
            }
            reserve.ensure(cycle, 0, bytes);
            fullBytes += reserve.reservedBefore();
            tailCycle = cycle;
            end = 0;
        }
        reserve.ensure(cycle, end, bytes);
        sizeBytes = fullBytes + reserve.reserved();
    }

    @Override
    public void sync() {
        synchronized (syncing) {
            long last = lastSequence;
            if (last <= syncedSequence) {
                return;
            }
            try {
                // Also the file of the last synced record: when it was full, its end mark came later.
                for (int cycle = files.cycleOf(Math.max(1, syncedSequence)); cycle <= files.cycleOf(last); cycle++) {
                    sync(files.path(cycle));
                }
                files.syncDirectory();
            } catch (IOException e) {
                throw new JournalException.Failed("expected to sync the journal up to " + last, e);
            }
            syncedSequence = last;
        }
    }

    /** On Linux fsync writes what was stored through a mapping as well: both are the same pages. */
    private static void sync(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.getFD().sync();
        }
    }

    @Override
    public RecordReader readFrom(long firstSequence) {
        long last = lastSequence;
        if (firstSequence < 1 || firstSequence > last + 1) {
            throw new JournalException.NoSuchSequence(firstSequence, last);
        }
        return new FileJournalReader(files, this::lastSequence, firstSequence);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void close() {
        if (!lock.isOpen()) {
            return;
        }
        try {
            sync();
        } finally {
            writer.close();
            try {
                reserve.close();
            } finally {
                release(lock);
            }
        }
    }
}
