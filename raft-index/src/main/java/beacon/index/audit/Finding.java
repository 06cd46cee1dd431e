package beacon.index.audit;

/**
 * What an audit found wrong.
 *
 * @param sequence the first bad one, or the first of those among which the bad one is
 * @param kind what is wrong
 * @param detail expected and found, for a person
 */
public record Finding(long sequence, Kind kind, String detail) {
    /** What is wrong. */
    public enum Kind {
        /** The journal itself says that the record is damaged. */
        DAMAGED,
        /** The journal cannot be read from here on. */
        UNREADABLE,
        /** The record is not a recorded event in its canonical bytes. */
        MALFORMED,
        /** The record carries another sequence than its place. */
        SEQUENCE,
        /** The record is older than the one before it. */
        TIME,
        /** The record is not the leaf that the tree has: it was changed after it was recorded. */
        CHANGED,
        /** History does not lead to the root of a checkpoint; no tile tells from which sequence on. */
        ROOT,
        /** A checkpoint or a tile speaks of records that the journal does not have. */
        MISSING,
        /** The record is right, the tile with its leaf hash is not. */
        TILE
    }
}
