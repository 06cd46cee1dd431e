package beacon.sim.custody;

/** A fault that is built in on purpose, to see that the invariants find it. Nothing but tests asks for one. */
public enum CustodyFlaw {
    /** Fragments are not synced before a custodian signs that it keeps its new share. */
    SHARES_NOT_SYNCED,
    /** Key records are not synced, so that a restarted custodian goes on with the old epoch. */
    RECORDS_NOT_SYNCED,
    /** A custodian keeps its share of the former epoch. */
    FORMER_SHARE_KEPT,
    /** A dealer's randomness repeats, so that a refresh deals the same polynomial again. */
    ENTROPY_REPEATS,
    /** Readers combine partials without checking their proofs. */
    PROOFS_NOT_CHECKED,
    /** A custodian answers without having kept the event. */
    EVENT_FORGOTTEN,
    /** Custodians do not hear that a key was destroyed. */
    DESTRUCTION_NOT_HEARD,
    /** The old key is destroyed before all artifacts are rewrapped. */
    DESTROYED_EARLY,
    /** A rewrap sets the header of one artifact for another. */
    HEADERS_MIXED_UP,
    /** A custodian sends its share along, for anybody to read. */
    SHARE_IN_THE_OPEN
}
