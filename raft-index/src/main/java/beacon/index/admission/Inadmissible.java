package beacon.index.admission;

import beacon.model.Reason;
import beacon.model.Refusal;

/** Carries a refusal out of nested checks; never leaves this package. */
final class Inadmissible extends Exception {
    private final transient Refusal refusal;

    Inadmissible(Reason reason, String message) {
        super(message, null, false, false);
        refusal = Refusal.of(reason, message);
    }

    Refusal refusal() {
        return refusal;
    }
}
