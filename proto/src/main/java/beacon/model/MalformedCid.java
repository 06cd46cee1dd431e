package beacon.model;

/** Bytes or a text are no content id. The message says what was expected and what was found. */
public final class MalformedCid extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    MalformedCid(String message) {
        super(message);
    }

    MalformedCid(Exception cause) {
        super(cause.getMessage(), cause);
    }

    /** No stack trace: a peer can cause this at will. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public Throwable fillInStackTrace() {
        return this;
    }
}
