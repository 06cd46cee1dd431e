package beacon.index.client;

import beacon.model.Reason;
import beacon.model.Refusal;

/** The index said no, or could not be reached. */
public final class ClientException extends RuntimeException {
    private final transient Refusal refusal;

    public ClientException(Refusal refusal) {
        super(refusal.reason() + ": " + refusal.message());
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }

    /** Whether an append may have happened all the same. Sending it again with its request id tells. */
    public boolean outcomeUnknown() {
        return refusal.reason() == Reason.OUTCOME_UNKNOWN;
    }
}
