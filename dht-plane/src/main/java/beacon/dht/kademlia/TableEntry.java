package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import java.time.Instant;

/**
 * A peer of the routing table.
 *
 * @param lastSeen when it last answered or spoke
 * @param failures unanswered requests since then
 */
public record TableEntry(KadPeer peer, KadKey key, Instant added, Instant lastSeen, int failures) {
    /** Its name. */
    public PeerId id() {
        return peer.id();
    }

    TableEntry seen(KadPeer known, Instant now) {
        KadPeer better = known.addresses().isEmpty() ? peer : known;
        return new TableEntry(better, key, added, now, 0);
    }

    TableEntry failed() {
        return new TableEntry(peer, key, added, lastSeen, failures + 1);
    }
}
