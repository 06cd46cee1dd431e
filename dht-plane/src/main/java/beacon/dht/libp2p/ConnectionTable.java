package beacon.dht.libp2p;

import beacon.dht.wire.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The connections that stand, by peer. Two peers that dial each other at the same moment have two connections; both
 * are kept until one is idle, and new streams go to the one that the peer with the smaller id dialled, on both sides.
 * Belongs to the plane's loop.
 */
final class ConnectionTable {
    private final PeerId self;
    private final Map<PeerId, List<TcpConnection>> byPeer = new TreeMap<>();
    private final TreeSet<PeerId> protectedPeers = new TreeSet<>();
    private int size;

    ConnectionTable(PeerId self) {
        this.self = self;
    }

    /** Adds a connection; true when it is the first one to its peer. */
    boolean add(TcpConnection connection) {
        List<TcpConnection> same = byPeer.computeIfAbsent(connection.remote(), peer -> new ArrayList<>());
        same.add(connection);
        same.sort(Comparator.comparing(this::isDialledByGreater));
        size++;
        return same.size() == 1;
    }

    private boolean isDialledByGreater(TcpConnection connection) {
        return connection.isDialler() != (self.compareTo(connection.remote()) < 0);
    }

    /** Removes a connection; true when it was the last one to its peer. */
    boolean remove(TcpConnection connection) {
        List<TcpConnection> same = byPeer.get(connection.remote());
        if (same == null || !same.remove(connection)) {
            return false;
        }
        size--;
        if (same.isEmpty()) {
            byPeer.remove(connection.remote());
            return true;
        }
        return false;
    }

    /** The connection to use for a new stream. */
    Optional<TcpConnection> best(PeerId peer) {
        List<TcpConnection> same = byPeer.get(peer);
        return same == null ? Optional.empty() : Optional.of(same.get(0));
    }

    List<TcpConnection> of(PeerId peer) {
        return List.copyOf(byPeer.getOrDefault(peer, List.of()));
    }

    List<TcpConnection> all() {
        return byPeer.values().stream().flatMap(List::stream).toList();
    }

    List<PeerId> peers() {
        return List.copyOf(byPeer.keySet());
    }

    boolean contains(PeerId peer) {
        return byPeer.containsKey(peer);
    }

    int size() {
        return size;
    }

    void protect(PeerId peer) {
        protectedPeers.add(peer);
    }

    void unprotect(PeerId peer) {
        protectedPeers.remove(peer);
    }

    /**
     * The connection that is missed least: not protected, with the fewest streams, idle for longest.
     *
     * @param idleOnly whether connections with streams are out of the question
     */
    Optional<TcpConnection> leastUseful(long nowNanos, boolean idleOnly) {
        return all().stream()
                .filter(connection -> !protectedPeers.contains(connection.remote()))
                .filter(connection -> !idleOnly || connection.streamCount() == 0)
                .min(Comparator.comparingInt(TcpConnection::streamCount)
                        .thenComparingLong(connection -> -connection.idleNanos(nowNanos)));
    }

    /** Connections that were idle for too long. Spare ones to the same peer go sooner, protected or not. */
    List<TcpConnection> idle(long nowNanos, long idleNanos, long spareNanos) {
        return all().stream()
                .filter(connection -> {
                    List<TcpConnection> same = byPeer.getOrDefault(connection.remote(), List.of());
                    boolean spare = same.indexOf(connection) > 0;
                    boolean kept = !spare && protectedPeers.contains(connection.remote());
                    return !kept && connection.idleNanos(nowNanos) > (spare ? spareNanos : idleNanos);
                })
                .toList();
    }
}
