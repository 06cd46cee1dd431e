package beacon.index.ratis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Free space that is kept for what was already accepted: the Raft log, the journal and a snapshot. Asked before every
 * append, so the answer is cached for a moment.
 */
final class DiskReserve {
    private static final long FRESH_NANOS = 50_000_000;

    private final FileStore store;
    private final long reserveBytes;
    private final AtomicLong askedAt = new AtomicLong(System.nanoTime() - 2 * FRESH_NANOS);
    private volatile long missing;

    DiskReserve(Path directory, long reserveBytes) {
        this.reserveBytes = reserveBytes;
        try {
            store = Files.getFileStore(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to find the disk of " + directory, e);
        }
    }

    /** Bytes that are missing from the reserve; 0 when all is well. */
    long missingBytes() {
        long now = System.nanoTime();
        long last = askedAt.get();
        if (now - last > FRESH_NANOS && askedAt.compareAndSet(last, now)) {
            try {
                missing = Math.max(0, reserveBytes - store.getUsableSpace());
            } catch (IOException e) {
                throw new UncheckedIOException("expected to learn the free space of " + store, e);
            }
        }
        return missing;
    }
}
