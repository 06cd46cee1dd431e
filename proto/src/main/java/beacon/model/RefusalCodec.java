package beacon.model;

/** Refusals between words and the wire. */
public final class RefusalCodec {
    private RefusalCodec() {}

    /** The message of the contract. */
    public static beacon.proto.v1.Refusal encode(Refusal refusal) {
        return beacon.proto.v1.Refusal.newBuilder()
                .setReasonValue(refusal.reason().number())
                .setMessage(refusal.message())
                .setAddress(refusal.address())
                .setCurrentRevision(refusal.currentRevision())
                .setLeaderTarget(refusal.leaderTarget())
                .setSequence(refusal.sequence())
                .setRetryAfterMillis(refusal.retryAfterMillis())
                .build();
    }

    /** The words; a reason from a newer version becomes {@link Reason#UNSPECIFIED} and keeps its message. */
    public static Refusal decode(beacon.proto.v1.Refusal refusal) {
        return new Refusal(
                Reason.of(refusal.getReasonValue()),
                refusal.getMessage(),
                refusal.getAddress(),
                refusal.getCurrentRevision(),
                refusal.getLeaderTarget(),
                refusal.getSequence(),
                // A uint32 beyond the int range is no sensible advice; the longest wait is.
                refusal.getRetryAfterMillis() < 0 ? Integer.MAX_VALUE : refusal.getRetryAfterMillis());
    }
}
