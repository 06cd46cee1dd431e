package beacon.dht.libp2p;

/**
 * Notices a message whose sender does not finish it. It is asked now and then; a busy connection may be in the middle
 * of a message each time, but not of the same one.
 */
final class TrickleGuard {
    private final long allowedNanos;
    private long message;
    private long sinceNanos;

    TrickleGuard(long allowedNanos) {
        this.allowedNanos = allowedNanos;
    }

    /** Whether the unfinished message, 0 for none, has been so for too long. */
    boolean isTrickle(long unfinished, long nowNanos) {
        if (unfinished == 0 || unfinished != message) {
            message = unfinished;
            sinceNanos = nowNanos;
            return false;
        }
        return nowNanos - sinceNanos > allowedNanos;
    }
}
