package beacon.dht.blockstore;

import java.time.Duration;
import java.time.Instant;

/**
 * How many bytes the scrub may read: a rate with a bounded burst, as a step function of the time that is handed in. A
 * step may read more than it was granted (a block is read whole); the next grants make up for it.
 *
 * @param bytesPerSecond mean rate
 * @param burstBytes most that is granted at once
 * @param credit bytes granted by the time of {@code updated}; negative after a step that read more
 */
public record ScrubPace(long bytesPerSecond, long burstBytes, long credit, Instant updated) {
    /** Checks the rate. */
    public ScrubPace {
        if (bytesPerSecond < 1 || burstBytes < 1) {
            throw new IllegalArgumentException(
                    "expected a positive rate and burst, but found " + bytesPerSecond + " and " + burstBytes);
        }
    }

    /** A pace without credit. */
    public static ScrubPace start(long bytesPerSecond, long burstBytes, Instant now) {
        return new ScrubPace(bytesPerSecond, burstBytes, 0, now);
    }

    /** The credit at a later time; a clock that went back grants nothing. */
    public ScrubPace at(Instant now) {
        if (Duration.between(updated, now).toMillis() <= 0) {
            return this;
        }
        double seconds = Duration.between(updated, now).toMillis() / 1e3;
        double granted = Math.min((double) burstBytes - credit, seconds * bytesPerSecond);
        long grown = credit + (long) granted;
        return new ScrubPace(bytesPerSecond, burstBytes, grown, now);
    }

    /** Bytes that may be read now, 0 when it is too early. */
    public long granted() {
        return Math.max(0, credit);
    }

    /** After a step that read so much. */
    public ScrubPace spent(long bytes) {
        return new ScrubPace(bytesPerSecond, burstBytes, credit - bytes, updated);
    }

    /** Time until something is granted again. */
    public Duration untilGrant() {
        return credit > 0 ? Duration.ZERO : Duration.ofMillis((1 - credit) * 1_000 / bytesPerSecond + 1);
    }
}
