package beacon.node.tree;

/** A directory that cannot be kept or made again; the message says what was expected and what was found. */
public final class TreeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** Something in the directory is of a kind that is not kept. */
        NOT_KEPT,
        /** The archive names a place that is not in the directory it is unpacked to. */
        UNSAFE_PATH,
        /** The archive is not in the form that a directory has. */
        NOT_A_TREE
    }

    TreeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
