package beacon.keys.authority;

/** Where decisions go. A custodian answers only after its decision is kept: no event, no partial. */
@FunctionalInterface
public interface EventSink {
    /**
     * Returns when the event is durable, and, with a log, when the custodian has heard everything that is before it
     * there; throws otherwise.
     */
    void keep(CustodyEvent event);

    /** Whether this is a log, which then also says which keys stand and what is revoked. */
    default boolean isLog() {
        return false;
    }

    /** A step of a ritual is done. Nothing is kept of it; for those who watch. */
    default void reached(RitualStep step) {}
}
