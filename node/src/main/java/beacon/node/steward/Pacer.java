package beacon.node.steward;

import java.util.concurrent.locks.LockSupport;

/** Lets so many bytes through each second, in all; whoever moved more waits. */
final class Pacer {
    private static final long NANOS = 1_000_000_000;

    private final long bytesPerSecond;
    private long freeAtNanos;

    Pacer(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
        this.freeAtNanos = System.nanoTime();
    }

    /** Takes note of bytes that were moved; returns when the next may be. */
    void moved(long bytes) {
        long wait;
        synchronized (this) {
            long now = System.nanoTime();
            freeAtNanos = Math.max(freeAtNanos, now) + (long) ((double) bytes / bytesPerSecond * NANOS);
            wait = freeAtNanos - now;
        }
        long until = System.nanoTime() + wait;
        while (until - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }
}
