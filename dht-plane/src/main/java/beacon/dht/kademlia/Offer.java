package beacon.dht.kademlia;

/** What a routing table makes of a peer it is told of. */
public sealed interface Offer {
    /** It is in the table now. */
    record Added() implements Offer {}

    /** It was there, and is fresh again. */
    record Known() implements Offer {}

    /** Its bucket is full of peers that were heard of lately; it waits as a replacement. */
    record Waiting() implements Offer {}

    /** Its bucket is full, and it waits; this peer has been silent for long and should be asked whether it lives. */
    record AskStale(TableEntry stale) implements Offer {}

    /** It is not wanted. */
    record Refused(String why) implements Offer {}
}
