package beacon.index.journal.file;

import beacon.index.journal.JournalException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileStore;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * Takes disk space before Chronicle writes into it. Chronicle writes through a memory mapping of a sparse file; were the
 * disk full, the page fault would kill the process. So zeros are written ahead of it with ordinary writes, which fail
 * with an error that can be answered. The zeros are what Chronicle expects behind the last record.
 */
final class SpaceReserve implements AutoCloseable {
    private static final byte[] ZEROS = new byte[1 << 16];

    private final CycleFiles files;
    private final JournalOptions options;
    private final FileStore store;
    private @Nullable RandomAccessFile file;
    private int cycle = -1;
    private long reserved;
    private long reservedBefore;

    SpaceReserve(CycleFiles files, JournalOptions options) throws IOException {
        this.files = files;
        this.options = options;
        this.store = Files.getFileStore(files.directory());
    }

    /** The cycle whose file it works on; -1 before the first. */
    int cycle() {
        return cycle;
    }

    /** Bytes taken in the file before the current one. */
    long reservedBefore() {
        return reservedBefore;
    }

    /** Bytes taken in the current cycle's file. */
    long reserved() {
        return reserved;
    }

    /**
     * Makes certain that a cycle's file has room.
     *
     * @param end end of what is written in the file so far
     * @param bytes room wanted behind it
     */
    void ensure(int wantedCycle, long end, int bytes) {
        if (wantedCycle == cycle && end + bytes <= reserved) {
            return;
        }
        try {
            if (wantedCycle != cycle) {
                begin(wantedCycle, end);
            }
            extend(end + bytes);
        } catch (IOException e) {
            throw new JournalException.DiskFull(files.path(wantedCycle).toString(), e);
        }
    }

    private void begin(int newCycle, long end) throws IOException {
        close();
        reservedBefore = reserved;
        file = new RandomAccessFile(files.path(newCycle).toFile(), "rw");
        cycle = newCycle;
        reserved = end;
    }

    private void extend(long to) throws IOException {
        while (reserved < to) {
            long usable = store.getUsableSpace();
            if (usable < options.reserveBytes() + options.marginBytes()) {
                throw new IOException(
                        "%d bytes are left, and %d are kept free for others".formatted(usable, options.marginBytes()));
            }
            writeZeros(options.reserveBytes());
        }
    }

    private void writeZeros(int bytes) throws IOException {
        RandomAccessFile open = java.util.Objects.requireNonNull(file);
        open.seek(reserved);
        for (int left = bytes; left > 0; left -= ZEROS.length) {
            int now = Math.min(left, ZEROS.length);
            open.write(ZEROS, 0, now);
            reserved += now;
        }
    }

    /** Makes a small file of zeros for Chronicle's bookkeeping, for the same reason. */
    static void fill(File small, int bytes) {
        try (RandomAccessFile open = new RandomAccessFile(small, "rw")) {
            for (int left = bytes; left > 0; left -= ZEROS.length) {
                open.write(ZEROS, 0, Math.min(left, ZEROS.length));
            }
        } catch (IOException e) {
            throw new JournalException.DiskFull(small.toString(), e);
        }
    }

    @Override
    public void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                // Everything in it was written by others, or is zeros.
                reservedBefore = 0;
            }
            file = null;
        }
    }
}
