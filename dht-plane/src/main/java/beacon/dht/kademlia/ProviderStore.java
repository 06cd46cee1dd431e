package beacon.dht.kademlia;

import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The provider records a server keeps, addresses included, each for its time to live. Bounded in all and for each
 * content; when it is full, a peer with a small share of it displaces the record that expires first, and one with a large
 * share is refused, so that nobody can push out the records of all others.
 */
public final class ProviderStore {
    /** Providers kept of one content. */
    public static final int MAX_PROVIDERS_PER_KEY = 64;

    private static final int LARGE_SHARE = 16;

    private final int maxRecords;
    private final Duration timeToLive;
    /** In the order in which they expire, since all live equally long from when they were last stored. */
    private final LinkedHashMap<Slot, ProviderRecord> byExpiry = new LinkedHashMap<>();

    private final Map<ByteString, LinkedHashMap<PeerId, ProviderRecord>> byKey = new LinkedHashMap<>();
    private final Map<PeerId, Integer> perProvider = new LinkedHashMap<>();

    private record Slot(ByteString key, PeerId provider) {}

    public ProviderStore(int maxRecords, Duration timeToLive) {
        this.maxRecords = maxRecords;
        this.timeToLive = timeToLive;
    }

    /** Keeps a record, or renews it; false when there is no room for it. */
    public boolean add(ByteString key, KadPeer provider, Instant now) {
        return add(new ProviderRecord(key, provider, now.plus(timeToLive)), now);
    }

    private boolean add(ProviderRecord record, Instant now) {
        expire(now);
        Slot slot = new Slot(record.key(), record.provider().id());
        if (!byExpiry.containsKey(slot) && !makeRoom(slot)) {
            return false;
        }
        drop(slot);
        byExpiry.put(slot, record);
        byKey.computeIfAbsent(slot.key(), key -> new LinkedHashMap<>()).put(slot.provider(), record);
        perProvider.merge(slot.provider(), 1, Integer::sum);
        return true;
    }

    private boolean makeRoom(Slot slot) {
        Map<PeerId, ProviderRecord> sameKey = byKey.get(slot.key());
        if (sameKey != null && sameKey.size() >= MAX_PROVIDERS_PER_KEY) {
            drop(new Slot(slot.key(), sameKey.keySet().iterator().next()));
        }
        if (byExpiry.size() < maxRecords) {
            return true;
        }
        if (perProvider.getOrDefault(slot.provider(), 0) >= Math.max(1, maxRecords / LARGE_SHARE)) {
            return false;
        }
        drop(byExpiry.keySet().iterator().next());
        return true;
    }

    private void drop(Slot slot) {
        if (byExpiry.remove(slot) != null) {
            Map<PeerId, ProviderRecord> sameKey = byKey.getOrDefault(slot.key(), new LinkedHashMap<>());
            sameKey.remove(slot.provider());
            if (sameKey.isEmpty()) {
                byKey.remove(slot.key());
            }
            perProvider.computeIfPresent(slot.provider(), (peer, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Forgets what has expired. */
    public void expire(Instant now) {
        while (!byExpiry.isEmpty()) {
            Map.Entry<Slot, ProviderRecord> first =
                    byExpiry.entrySet().iterator().next();
            if (first.getValue().expires().isAfter(now)) {
                return;
            }
            drop(first.getKey());
        }
    }

    /** Who has some content now, the latest first. */
    public List<ProviderRecord> providers(ByteString key, Instant now) {
        Map<PeerId, ProviderRecord> sameKey = byKey.getOrDefault(key, new LinkedHashMap<>());
        List<ProviderRecord> live = new ArrayList<>();
        for (ProviderRecord record : sameKey.values()) {
            if (record.expires().isAfter(now)) {
                live.add(0, record);
            }
        }
        return live;
    }

    /** All records in the order in which they expire. */
    public Collection<ProviderRecord> all() {
        return List.copyOf(byExpiry.values());
    }

    /** Takes records back that were kept over a restart; expired ones and those beyond the limit are left out. */
    public void restore(List<ProviderRecord> records, Instant now) {
        records.stream()
                .filter(record -> !record.expires().isAfter(now.plus(timeToLive)))
                .forEach(record -> add(record, now));
    }

    public int size() {
        return byExpiry.size();
    }
}
