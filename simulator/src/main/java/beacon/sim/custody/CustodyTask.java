package beacon.sim.custody;

import java.time.Duration;

/**
 * Something that an operator has custodians do; begun when the one before is done.
 *
 * @param at after the first key is born
 */
public record CustodyTask(Kind kind, Duration at) {
    /** What. */
    public enum Kind {
        /** New shares for the same holders. */
        REFRESH,
        /** New shares for the same holders but one, who goes; somebody else comes. */
        REPLACE,
        /** A new key, a rewrap of all artifacts, and the end of the old key. */
        ROTATE
    }
}
