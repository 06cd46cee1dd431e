package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.TreeMap;

/** The peers at one distance, at most k, and those that wait for a place, at most k as well, oldest out first. */
final class Bucket {
    private final int size;
    final TreeMap<PeerId, TableEntry> entries = new TreeMap<>();
    final IpGroups groups = new IpGroups();
    private final LinkedHashMap<PeerId, KadPeer> waiting = new LinkedHashMap<>();

    Bucket(int size) {
        this.size = size;
    }

    boolean isFull() {
        return entries.size() >= size;
    }

    /** The one that has been silent for longest, failing ones first. */
    Optional<TableEntry> stalest() {
        return entries.values().stream()
                .min(Comparator.comparing((TableEntry entry) -> -entry.failures())
                        .thenComparing(TableEntry::lastSeen));
    }

    void await(KadPeer peer) {
        waiting.remove(peer.id());
        waiting.put(peer.id(), peer);
        if (waiting.size() > size) {
            waiting.remove(waiting.keySet().iterator().next());
        }
    }

    void forget(PeerId peer) {
        waiting.remove(peer);
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    int waitingCount() {
        return waiting.size();
    }

    /** Takes out the one that came last, since it is the most likely to live. */
    Optional<KadPeer> nextReplacement() {
        KadPeer last = null;
        for (KadPeer peer : waiting.values()) {
            last = peer;
        }
        if (last != null) {
            waiting.remove(last.id());
        }
        return Optional.ofNullable(last);
    }
}
