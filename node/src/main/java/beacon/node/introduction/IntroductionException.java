package beacon.node.introduction;

/** An introduction that does not hold, or was not accepted; the message says why. */
public final class IntroductionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IntroductionException(String message) {
        super(message);
    }

    IntroductionException(String message, Throwable cause) {
        super(message, cause);
    }
}
