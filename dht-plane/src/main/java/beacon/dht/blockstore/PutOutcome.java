package beacon.dht.blockstore;

/** What became of a block that was offered. */
public sealed interface PutOutcome {
    /** Whether the block is in the store now. */
    default boolean isKept() {
        return !(this instanceof Refused);
    }

    /** It was new. */
    record Stored() implements PutOutcome {}

    /** A good copy was there before. */
    record AlreadyStored() implements PutOutcome {}

    /**
     * It was not taken.
     *
     * @param message expected …, but found …
     */
    record Refused(Refusal reason, String message) implements PutOutcome {}

    /** Why a block is not taken. */
    enum Refusal {
        /** The bytes are not those of the id. */
        HASH_MISMATCH,
        /** The hash function is not one that blocks may have. */
        UNKNOWN_HASH,
        TOO_LARGE,
        QUOTA_EXCEEDED
    }
}
