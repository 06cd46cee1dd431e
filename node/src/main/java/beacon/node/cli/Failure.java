package beacon.node.cli;

import org.jspecify.annotations.Nullable;

/** Why a command did not do what was asked; printed as one line on standard error, exit code 1. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final @Nullable String advice;

    Failure(String reason, String message) {
        this(reason, message, null, null);
    }

    /** @param advice what to do now; null when there is nothing to say */
    Failure(String reason, String message, @Nullable String advice, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.advice = advice;
    }

    /** A word for programs: a {@link beacon.model.Reason}, or one of this command. */
    String reason() {
        return reason;
    }

    @Nullable
    String advice() {
        return advice;
    }
}
