package beacon.dht.libp2p;

/** Allows so many events a minute, all at once or spread. */
final class TokenBucket {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final int perMinute;
    private double tokens;
    private long lastNanos;

    TokenBucket(int perMinute, long nowNanos) {
        this.perMinute = perMinute;
        this.tokens = perMinute;
        this.lastNanos = nowNanos;
    }

    /** Takes one token; false when there is none. */
    boolean take(long nowNanos) {
        double refill = (double) (nowNanos - lastNanos) * perMinute / MINUTE_NANOS;
        tokens = Math.min(perMinute, tokens + refill);
        lastNanos = nowNanos;
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }
}
