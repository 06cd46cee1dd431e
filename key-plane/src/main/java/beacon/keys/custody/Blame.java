package beacon.keys.custody;

/** Why a ceremony or a decryption does not accept somebody's part. */
public record Blame(int party, Kind kind) {
    /** What was wrong. */
    public enum Kind {
        /** Two different messages where one was due. */
        EQUIVOCATION,
        /** The contribution is not the one that was announced. */
        BROKEN_ANNOUNCEMENT,
        /** A part has the wrong number of elements, or elements that are none. */
        MALFORMED,
        /** The proof of possession, or a dealer's signature, does not verify. */
        BAD_PROOF,
        /** A sealed share does not open. Known to its receiver only; nobody else can check. */
        SEALED_SHARE,
        /** A share does not fit its commitments. */
        BAD_SHARE,
        /** A dealer deals another value than his share. */
        FOREIGN_SHARE,
        /** The signature of the transcript does not verify. */
        BAD_CERTIFICATE,
        /** Nothing came before the deadline. */
        SILENT
    }
}
