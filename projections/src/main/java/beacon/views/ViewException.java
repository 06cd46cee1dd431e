package beacon.views;

/** The state of a projection cannot be used; says what to do. */
public class ViewException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ViewException(String message) {
        super(message);
    }

    public ViewException(String message, Throwable cause) {
        super(message, cause);
    }
}
