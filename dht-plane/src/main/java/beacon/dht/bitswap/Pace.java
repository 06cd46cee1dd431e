package beacon.dht.bitswap;

import java.time.Duration;
import java.time.Instant;

/** How much one peer may make this one work: a mean rate with a burst. Overdrawing is paid for by waiting. */
final class Pace {
    private final double perSecond;
    private final double burst;
    private double tokens;
    private Instant updated;

    Pace(int perSecond, int burst, Instant now) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.updated = now;
    }

    /** Spends so much and says how long to wait before the next time. */
    Duration spend(long count, Instant now) {
        double seconds = Math.max(0, Duration.between(updated, now).toNanos() / 1e9);
        tokens = Math.min(burst, tokens + seconds * perSecond) - count;
        updated = now;
        return tokens >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-tokens / perSecond * 1e9));
    }
}
