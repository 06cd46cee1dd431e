package beacon.node.ca;

/** The certificate authority could not do what was asked; the message says what was expected and what was found. */
public final class CaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CaException(String message) {
        super(message);
    }

    public CaException(String message, Throwable cause) {
        super(message, cause);
    }
}
