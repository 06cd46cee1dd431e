package beacon.dht.wire;

/** Bytes or text that are not what the format asks for. The message says what was expected and what was found. */
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }

    public WireException(String message, Throwable cause) {
        super(message, cause);
    }
}
