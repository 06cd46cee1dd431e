package beacon.keys.records;

/** What a key opens. */
public enum KeyKind {
    /** Only wraps that prove who made them and what for. */
    INTERNAL,
    /** Also what anybody's {@code age} encrypted to the recipient; such a wrap proves nothing about its maker. */
    DROP_BOX
}
