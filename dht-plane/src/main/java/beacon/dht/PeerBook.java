package beacon.dht;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about other peers: where they listen and what they serve. Bounded twice: the peer that was not touched
 * for longest goes when there are too many, and of one peer only the newest addresses stay. What a peer says about
 * itself replaces what others said.
 */
public final class PeerBook {
    /** Addresses kept of one peer. */
    public static final int MAX_ADDRESSES = 16;

    private final Map<PeerId, PeerInfo> peers;

    /** An empty book.
     *
     * @param maxPeers peers remembered, at least one */
    public PeerBook(int maxPeers) {
        if (maxPeers < 1) {
            throw new IllegalArgumentException("expected room for at least one peer, but found " + maxPeers);
        }
        this.peers = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<PeerId, PeerInfo> eldest) {
                return size() > maxPeers;
            }
        };
    }

    /** Adds addresses that somebody named; the newest come first. */
    public void addAddresses(PeerId peer, List<Multiaddr> addresses) {
        if (addresses.isEmpty()) {
            return;
        }
        PeerInfo known = peers.getOrDefault(peer, new PeerInfo(peer, List.of(), List.of(), ""));
        List<Multiaddr> merged = new ArrayList<>();
        for (Multiaddr address : addresses) {
            addBare(merged, peer, address);
        }
        known.addresses().forEach(address -> addBare(merged, peer, address));
        peers.put(peer, new PeerInfo(peer, merged, known.protocols(), known.agent()));
    }

    /** Replaces everything known about a peer by what it says about itself. */
    public void identified(PeerInfo info) {
        List<Multiaddr> addresses = new ArrayList<>();
        info.addresses().forEach(address -> addBare(addresses, info.id(), address));
        peers.put(info.id(), new PeerInfo(info.id(), addresses, info.protocols(), info.agent()));
    }

    private static void addBare(List<Multiaddr> into, PeerId peer, Multiaddr address) {
        boolean foreign = address.peer().isPresent() && !address.peer().get().equals(peer);
        if (foreign || into.size() >= MAX_ADDRESSES) {
            return;
        }
        address.withoutPeer().filter(bare -> !into.contains(bare)).ifPresent(into::add);
    }

    /** Known addresses of a peer, best first, without {@code /p2p} at the end. */
    public List<Multiaddr> addresses(PeerId peer) {
        PeerInfo known = peers.get(peer);
        return known == null ? List.of() : known.addresses();
    }

    /** Everything known about a peer. */
    public Optional<PeerInfo> info(PeerId peer) {
        return Optional.ofNullable(peers.get(peer));
    }

    /** Forgets a peer. */
    public void forget(PeerId peer) {
        peers.remove(peer);
    }

    public int size() {
        return peers.size();
    }
}
