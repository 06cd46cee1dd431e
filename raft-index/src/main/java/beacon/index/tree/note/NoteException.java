package beacon.index.tree.note;

/** A note, a key or a checkpoint cannot be used. Says what is wrong. */
public final class NoteException extends RuntimeException {
    /** What is wrong. */
    public enum Reason {
        /** Not a signed note. */
        NOTE,
        /** Larger, or with more signatures, than Beacon reads. */
        TOO_LARGE,
        /** Not a verifier key. */
        KEY,
        /** A verifier key of a type that Beacon does not know. */
        KEY_TYPE,
        /** A signature by a trusted key does not fit the text. */
        SIGNATURE,
        /** No trusted key signed. */
        UNTRUSTED,
        /** The text is not a checkpoint. */
        CHECKPOINT
    }

    private final Reason reason;

    public NoteException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
