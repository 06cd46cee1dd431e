package beacon.model;

/** Breaks a rule, for the architecture test to find. */
public final class UsesIndex {
    beacon.index.log.EventLog log;
}
