package beacon.dht.kademlia;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.util.List;

/** A peer as DHT messages name it: id and where it may be reached. */
public record KadPeer(PeerId id, List<Multiaddr> addresses) {
    public KadPeer {
        addresses = List.copyOf(addresses);
    }
}
