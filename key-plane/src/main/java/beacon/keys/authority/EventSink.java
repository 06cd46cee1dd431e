package beacon.keys.authority;

/** Where decisions go. A custodian answers only after its decision is kept: no event, no partial. */
@FunctionalInterface
public interface EventSink {
    /** Returns when the event is durable; throws when it is not. */
    void keep(CustodyEvent event);
}
