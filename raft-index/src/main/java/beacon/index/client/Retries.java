package beacon.index.client;

import beacon.model.Reason;

/** Which refusals are worth another try by the client itself, and where. */
final class Retries {
    private Retries() {}

    /** Whether the same request may be answered otherwise soon. */
    static boolean isWorthwhile(Reason reason) {
        return isElsewhere(reason) || reason == Reason.TOO_BUSY;
    }

    /** Whether another member, or this one after an election, must be asked. */
    static boolean isElsewhere(Reason reason) {
        return switch (reason) {
            case NOT_LEADER, NO_LEADER, STOPPING, CATCHING_UP, OUTCOME_UNKNOWN -> true;
            default -> false;
        };
    }

    /**
     * Whether this refusal says nothing about an earlier try of the same request: it was made before the log was asked,
     * or the log no longer remembers.
     */
    static boolean leavesDoubt(Reason reason) {
        return switch (reason) {
            case DISK_FULL, TOO_BUSY, REQUEST_ID_TOO_OLD, PERMISSION_DENIED, UNAUTHENTICATED, HISTORY_DAMAGED, BUG ->
                true;
            default -> isElsewhere(reason);
        };
    }
}
