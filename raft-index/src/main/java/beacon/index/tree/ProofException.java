package beacon.index.tree;

/** A proof, or the material of one, is not valid. Says what is wrong; the proof proves nothing. */
public final class ProofException extends RuntimeException {
    /** What is wrong. */
    public enum Reason {
        /** A hash has not 32 bytes. */
        HASH_LENGTH,
        /** A tree size is negative, or the old size is larger than the new one. */
        SIZE,
        /** The leaf index is not inside the tree. */
        INDEX,
        /** Hashes are missing. */
        TOO_SHORT,
        /** There are more hashes than the tree has levels. */
        TOO_LONG,
        /** The proof leads to another root. */
        ROOT,
        /** A consistency proof leads to another old root. */
        OLD_ROOT,
        /** An encoded frontier is not one. */
        FRONTIER
    }

    private final Reason reason;

    public ProofException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
