package beacon.keys.custodian;

import beacon.model.Reason;
import beacon.model.Refusal;

/** The answer is no, on its way to the caller. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    static RefusedException of(Reason reason, String message) {
        return new RefusedException(Refusal.of(reason, message));
    }

    public Refusal refusal() {
        return refusal;
    }
}
