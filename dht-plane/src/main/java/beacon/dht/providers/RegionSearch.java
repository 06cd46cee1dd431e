package beacon.dht.providers;

import beacon.dht.kademlia.KadKey;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.Preimages;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds every server of the smallest region around a key that has at least k of them, as a step function: {@link
 * #nextKey} says what to look up, {@link #found} takes the closest peers that answered.
 *
 * <p>When a look-up for a key gives k peers of which the farthest shares c bits with it, all peers that share more than c
 * bits are known: they are closer. So the region of c bits has k peers or more, and what is not yet known of it are
 * branches beside the key's own, each of which is looked up and cut down in the same way. When a look-up gives fewer than
 * k peers, these are all there are. Every content of a region has its k closest servers among the peers of the region,
 * since whoever shares its prefix is closer than whoever does not; so one region of the network is searched for all of
 * them together.
 */
public final class RegionSearch {
    private final int k;
    private final long salt;
    private final ByteString content;
    private final Map<KadKey, KadPeer> peers = new TreeMap<>();
    private final Deque<Region> open = new ArrayDeque<>();
    private Optional<Region> region = Optional.empty();
    private ByteString asked;
    private Region askedFor;
    private int lookups;

    /**
     * A search around a content.
     *
     * @param salt makes the keys of different rounds differ
     */
    public RegionSearch(ByteString multihash, int k, long salt) {
        this.k = k;
        this.content = multihash;
        this.salt = salt;
        this.asked = multihash;
        this.askedFor = new Region(KadKey.of(multihash), 0);
    }

    /** What to look up next; empty when everything is known. */
    public Optional<ByteString> nextKey() {
        if (region.isEmpty()) {
            return Optional.of(asked);
        }
        Region next = open.peek();
        if (next == null) {
            return Optional.empty();
        }
        askedFor = next;
        asked = Preimages.sharing(next.point(), next.bits(), salt + lookups);
        return Optional.of(asked);
    }

    /** The closest k peers to the last key that have answered, fewer when there are no more. */
    public void found(List<KadPeer> closest) {
        lookups++;
        closest.forEach(peer -> peers.put(KadKey.of(peer.id()), peer));
        KadKey key = KadKey.of(asked);
        int shared = closest.stream()
                .mapToInt(peer -> key.commonPrefix(KadKey.of(peer.id())))
                .min()
                .orElse(0);
        if (region.isEmpty()) {
            region = Optional.of(new Region(key, closest.size() < k ? 0 : Math.min(shared, Preimages.MAX_BITS - 1)));
            if (closest.size() >= k) {
                open.add(new Region(key.flip(region.get().bits()), region.get().bits() + 1));
            }
            return;
        }
        open.remove();
        boolean allKnown = closest.size() < k || shared < askedFor.bits();
        if (!allKnown && askedFor.bits() < Preimages.MAX_BITS) {
            // The part that shares more than this with the key is known; the branches on the way to it are not.
            int known = Math.min(shared + 1, Preimages.MAX_BITS);
            for (int bit = askedFor.bits(); bit < known; bit++) {
                open.add(new Region(key.flip(bit), bit + 1));
            }
        }
    }

    /** The region that was searched; valid once {@link #nextKey} is empty. */
    public Region region() {
        return region.orElseThrow(() -> new IllegalStateException("expected a finished search, but found none begun"));
    }

    /** The servers that a content of the region belongs on, closest first. */
    public List<KadPeer> serversOf(KadKey content) {
        List<KadPeer> closest = new ArrayList<>(k);
        for (KadKey key : sortedBy(content)) {
            if (closest.size() == k) {
                break;
            }
            closest.add(Objects.requireNonNull(peers.get(key)));
        }
        return closest;
    }

    private List<KadKey> sortedBy(KadKey point) {
        List<KadKey> sorted = new ArrayList<>(peers.keySet());
        sorted.sort(point.byDistance());
        return sorted;
    }

    /** The content around which it searches. */
    public ByteString content() {
        return content;
    }

    /** As many servers as a content belongs on. */
    public int k() {
        return k;
    }

    /** Look-ups done so far. */
    public int lookups() {
        return lookups;
    }

    /** Servers known so far, those just outside the region included. */
    public List<KadPeer> servers() {
        return List.copyOf(peers.values());
    }
}
