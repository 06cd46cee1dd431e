package beacon.model;

/** Bytes or a text are no node id. The message says what was expected and what was found. */
public final class MalformedNodeId extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    MalformedNodeId(String message) {
        super(message);
    }

    MalformedNodeId(Exception cause) {
        super(cause.getMessage(), cause);
    }

    /** No stack trace: a peer can cause this at will. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public Throwable fillInStackTrace() {
        return this;
    }
}
