package beacon.dht;

import beacon.dht.wire.PeerId;

/** Is told of connections, on the host's loop. */
public interface HostListener {
    /** The first connection to a peer stands. */
    default void connected(PeerId peer) {}

    /** A peer has said what it serves and where it listens, on connecting or because it changed. */
    default void identified(PeerInfo peer) {}

    /** The last connection to a peer is gone. */
    default void disconnected(PeerId peer) {}
}
