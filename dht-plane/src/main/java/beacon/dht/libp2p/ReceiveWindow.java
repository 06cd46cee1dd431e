package beacon.dht.libp2p;

/**
 * What the other end of one stream may still send. It starts at the size that yamux fixes and doubles as long as the
 * reader empties it faster than a few round trips, up to a cap; so a long path is filled, and a reader that is slow
 * never has more than the initial window waiting.
 */
final class ReceiveWindow {
    static final int INITIAL_BYTES = 256 << 10;
    private static final int ROUND_TRIPS = 4;

    private final int capBytes;
    private int sizeBytes = INITIAL_BYTES;
    private long leftBytes = INITIAL_BYTES;
    private long consumedBytes;
    private long unreadBytes;
    private long lastGrantNanos;

    ReceiveWindow(int capBytes, long nowNanos) {
        this.capBytes = capBytes;
        this.lastGrantNanos = nowNanos;
    }

    /** Whether so many bytes were granted. */
    boolean allows(long bytes) {
        return bytes <= leftBytes;
    }

    void promised(long bytes) {
        leftBytes -= bytes;
    }

    void arrived(int bytes) {
        unreadBytes += bytes;
    }

    long unreadBytes() {
        return unreadBytes;
    }

    /**
     * Bytes were read.
     *
     * @return how much to grant now; 0 while it is not worth a frame
     */
    int consumed(int bytes, long nowNanos, long roundTripNanos) {
        released(bytes);
        consumedBytes += bytes;
        if (consumedBytes < sizeBytes / 2) {
            return 0;
        }
        long grant = consumedBytes;
        boolean fast = nowNanos - lastGrantNanos < ROUND_TRIPS * roundTripNanos;
        if (fast && sizeBytes < capBytes) {
            int larger = Math.min(capBytes, 2 * sizeBytes);
            grant += larger - sizeBytes;
            sizeBytes = larger;
        }
        consumedBytes = 0;
        lastGrantNanos = nowNanos;
        leftBytes += grant;
        return (int) grant;
    }

    void released(int bytes) {
        unreadBytes -= bytes;
    }
}
