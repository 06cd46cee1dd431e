package beacon.dht.placement;

/** What became of a block that was offered to another peer. */
public sealed interface PlaceOutcome {
    /** The peer has it, and says so. */
    record Placed(Receipt receipt) implements PlaceOutcome {}

    /**
     * The peer did not take it.
     *
     * @param message of the peer, for people
     */
    record Refused(PlacementRefusal reason, String message) implements PlaceOutcome {}
}
