package beacon.sim.custody;

import java.time.Duration;
import java.util.Locale;

/**
 * Something that happens to custodians.
 *
 * @param at after the first key is born
 * @param count custodians that it happens to; for {@link Kind#LOSS} percent of the messages
 * @param lasts how long until they are back
 */
public record CustodyFault(Kind kind, Duration at, int count, Duration lasts) {
    /** What happens, and to whom. */
    public enum Kind {
        /** Holders lose their power, and what was not synced. */
        POWER,
        /** Holders lose their power in the middle of what they next write. */
        TORN,
        /** Holders are cut off from everybody. */
        CUT,
        /** Messages are lost, late, or come twice. */
        LOSS,
        /** Custodians lose their disks, and come back as new ones. */
        WIPE,
        /** Holders are gone for good. */
        GONE,
        /** Holders answer readers with wrong partials. */
        LIE,
        /** Custodians do not reach the log. */
        LOG_AWAY,
        /** The operator's program is killed, and started again. */
        OPERATOR
    }

    @Override
    public String toString() {
        return "%s at %s, %d, for %s".formatted(kind.name().toLowerCase(Locale.ROOT), at, count, lasts);
    }
}
