package beacon.node.json;

/** JSON that is not an event; says where and what was expected. */
public final class JsonFormException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JsonFormException(String message) {
        super(message);
    }

    JsonFormException(String message, Throwable cause) {
        super(message, cause);
    }
}
