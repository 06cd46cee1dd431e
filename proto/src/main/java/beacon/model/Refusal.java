package beacon.model;

/**
 * The answer no, with its reason. Nothing changed, unless the reason is OUTCOME_UNKNOWN. Fields that a reason does not
 * use are empty or 0.
 *
 * @param message expected …, but found …, and what to do; for people
 * @param address canonical text of the address it is about
 * @param currentRevision for STALE_REVISION: the revision that the address has; for UNKNOWN_ADDRESS: the one that removed it
 * @param leaderTarget for NOT_LEADER: gRPC target of the leader
 * @param sequence where the log ends, or where to resume
 * @param retryAfterMillis wait at least this long before trying again; 0 when trying again is pointless
 */
public record Refusal(
        Reason reason,
        String message,
        String address,
        long currentRevision,
        String leaderTarget,
        long sequence,
        int retryAfterMillis) {
    /** A refusal that needs no more than words. */
    public static Refusal of(Reason reason, String message) {
        return new Refusal(reason, message, "", 0, "", 0, 0);
    }

    /** The text is no address; the address itself is not repeated. */
    public static Refusal malformed(MalformedAddress error) {
        return of(Reason.MALFORMED_ADDRESS, String.valueOf(error.getMessage()));
    }

    /** The bytes or the text are no CID. */
    public static Refusal malformed(MalformedCid error) {
        return of(Reason.MALFORMED_CID, String.valueOf(error.getMessage()));
    }

    /** A precondition does not hold. */
    public static Refusal staleRevision(String address, long expected, long found) {
        String message = "expected revision %d of the address, but found %d; read it again and decide anew"
                .formatted(expected, found);
        return new Refusal(Reason.STALE_REVISION, message, address, found, "", 0, 0);
    }

    /**
     * Another member leads.
     *
     * @param leaderTarget its gRPC target
     */
    public static Refusal notLeader(String leaderTarget) {
        String message = "expected the leader, but found a follower; the leader is at " + leaderTarget;
        return new Refusal(Reason.NOT_LEADER, message, "", 0, leaderTarget, 0, 1);
    }

    /** Something is broken inside; says nothing about what. */
    public static Refusal bug() {
        return of(Reason.BUG, "internal error; the server's log says more");
    }

    /** The same, about this address. */
    public Refusal withAddress(String newAddress) {
        return new Refusal(reason, message, newAddress, currentRevision, leaderTarget, sequence, retryAfterMillis);
    }

    /** The same, with where the log ends or where to resume. */
    public Refusal withSequence(long newSequence) {
        return new Refusal(reason, message, address, currentRevision, leaderTarget, newSequence, retryAfterMillis);
    }

    /** The same, with advice to try again after this time. */
    public Refusal withRetryAfterMillis(int newRetryAfterMillis) {
        return new Refusal(reason, message, address, currentRevision, leaderTarget, sequence, newRetryAfterMillis);
    }
}
