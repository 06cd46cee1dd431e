package beacon.keys.authority;

/** What a custodian just did in a ritual, in the order in which it happens; each may be its last. */
public enum RitualStep {
    /** Announced its part, before it answers the carrier; so the others that say something. */
    ANNOUNCED,
    CONTRIBUTED,
    DEALT,
    /** The new share is on disk, pending. */
    SHARE_KEPT,
    CERTIFIED,
    RECORDED,
    /** The record that all signed is on disk. */
    RECORD_KEPT,
    /** The new share is the one that serves. */
    SHARE_ACTIVE,
    /** Shares of earlier epochs are deleted. */
    FORMER_DELETED,
    /** The log, or what takes its place, has the record. */
    TOLD
}
