package beacon.node.artifacts;

/** An artifact could not be stored or read; the message says what was expected and what was found. */
public final class ArtifactException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** There are fewer nodes that take blocks than the coding needs at least. */
        NOT_ENOUGH_NODES,
        /** Fewer columns than needed can be had at the moment. */
        NOT_ENOUGH_COLUMNS,
        /** Nothing is pinned under this manifest. */
        NOT_PINNED,
        /** It would not fit what a manifest can say. */
        TOO_LARGE,
        /** What was found is not what the format asks for. */
        MALFORMED
    }

    public ArtifactException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ArtifactException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
