package beacon.dht;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.util.List;

/**
 * What a peer says about itself.
 *
 * @param addresses where it listens, without {@code /p2p} at the end
 * @param protocols that it serves
 * @param agent free text, empty when it did not say
 */
public record PeerInfo(PeerId id, List<Multiaddr> addresses, List<String> protocols, String agent) {
    public PeerInfo {
        addresses = List.copyOf(addresses);
        protocols = List.copyOf(protocols);
    }

    public boolean serves(String protocol) {
        return protocols.contains(protocol);
    }
}
