package beacon.index.log;

/**
 * Holds when an address has exactly this many revisions; 0 says that it must not exist yet.
 *
 * @param key the address without scheme and temporal part
 */
public record Precondition(String key, long expectedRevision) {}
