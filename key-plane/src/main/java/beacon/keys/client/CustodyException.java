package beacon.keys.client;

import java.util.List;

/** Custodians did not do what was asked. */
public abstract sealed class CustodyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private CustodyException(String message) {
        super(message);
    }

    /** What went wrong with a call, in a few words. */
    public static String problem(Throwable error) {
        return Round.problem(error);
    }

    /** Too few custodians answered with something good. */
    public static final class NotEnough extends CustodyException {
        private static final long serialVersionUID = 1L;

        public NotEnough(int threshold, int good, List<String> missing) {
            super("expected %d custodians to answer, but found %d; missing: %s"
                    .formatted(threshold, good, String.join("; ", missing)));
        }
    }

    /** A ritual ended without a key. */
    public static final class RitualFailed extends CustodyException {
        private static final long serialVersionUID = 1L;

        public RitualFailed(String message) {
            super(message);
        }
    }
}
