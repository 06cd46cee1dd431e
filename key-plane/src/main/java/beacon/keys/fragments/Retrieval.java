package beacon.keys.fragments;

import java.util.Optional;

/** A fragment, or why there is none to be had. The ritual is the caller's to wipe. */
public record Retrieval(Outcome outcome, Optional<Ritual> ritual) {
    /** What came of it. */
    public enum Outcome {
        FOUND,
        /** No such ritual in this store. */
        UNKNOWN_RITUAL,
        /** The log knows no such key: fail closed. */
        UNKNOWN_KEY,
        /** The fragment is of another epoch than the log says, or not this custodian's share: a restored old backup. */
        STALE,
        /** Not certified by all yet, or retired. */
        NOT_ACTIVE
    }

    static Retrieval refused(Outcome outcome) {
        return new Retrieval(outcome, Optional.empty());
    }
}
