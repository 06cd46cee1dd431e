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
 * The provider records a server keeps, addresses included, each for its time to live. Bounded in all, for each
 * content and in addresses; when it is full, a peer with a small share of it displaces the record that expires first, and one with a large
 * share is refused, so that nobody can push out the records of all others.
 */
public final class ProviderStore {
    /** Providers kept of one content. */
    public static final int MAX_PROVIDERS_PER_KEY = 64;

    private static final int LARGE_SHARE = 16;
    /** One in ten records may come with addresses of its own; addresses are most of what a record weighs. */
    private static final int ADDRESSED_SHARE = 10;

    private final int maxRecords;
    private final Duration timeToLive;
    /** When each record expires, in that order, since all live equally long from when they were last stored. */
    private final LinkedHashMap<Slot, Instant> byExpiry = new LinkedHashMap<>();

    private final Map<ByteString, LinkedHashMap<PeerId, Slot>> byKey = new LinkedHashMap<>();
    private final Map<PeerId, Integer> perProvider = new LinkedHashMap<>();
    /** The newest addresses of each provider, kept once; of too many providers only the latest have theirs here. */
    private final Map<PeerId, KadPeer> addressed;

    private record Slot(ByteString key, PeerId provider) {}

    public ProviderStore(int maxRecords, Duration timeToLive) {
        this.maxRecords = maxRecords;
        this.timeToLive = timeToLive;
        int maxAddressed = Math.max(16, maxRecords / ADDRESSED_SHARE);
        this.addressed = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<PeerId, KadPeer> eldest) {
                return size() > maxAddressed;
            }
        };
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
        byExpiry.put(slot, record.expires());
        byKey.computeIfAbsent(slot.key(), key -> new LinkedHashMap<>(2)).put(slot.provider(), slot);
        perProvider.merge(slot.provider(), 1, Integer::sum);
        addressed.remove(slot.provider());
        addressed.put(slot.provider(), record.provider());
        return true;
    }

    private boolean makeRoom(Slot slot) {
        Map<PeerId, Slot> sameKey = byKey.get(slot.key());
        if (sameKey != null && sameKey.size() >= MAX_PROVIDERS_PER_KEY) {
            drop(sameKey.values().iterator().next());
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
        if (byExpiry.remove(slot) == null) {
            return;
        }
        Map<PeerId, Slot> sameKey = byKey.getOrDefault(slot.key(), new LinkedHashMap<>());
        sameKey.remove(slot.provider());
        if (sameKey.isEmpty()) {
            byKey.remove(slot.key());
        }
        perProvider.computeIfPresent(slot.provider(), (peer, count) -> count == 1 ? null : count - 1);
        if (!perProvider.containsKey(slot.provider())) {
            addressed.remove(slot.provider());
        }
    }

    /** Forgets what has expired. */
    public void expire(Instant now) {
        while (!byExpiry.isEmpty()) {
            Map.Entry<Slot, Instant> first = byExpiry.entrySet().iterator().next();
            if (first.getValue().isAfter(now)) {
                return;
            }
            drop(first.getKey());
        }
    }

    /** Who has some content now, the latest first. */
    public List<ProviderRecord> providers(ByteString key, Instant now) {
        Map<PeerId, Slot> sameKey = byKey.getOrDefault(key, new LinkedHashMap<>());
        List<ProviderRecord> live = new ArrayList<>();
        for (Slot slot : sameKey.values()) {
            ProviderRecord record = record(slot);
            if (record.expires().isAfter(now)) {
                live.add(0, record);
            }
        }
        return live;
    }

    private ProviderRecord record(Slot slot) {
        KadPeer provider = addressed.getOrDefault(slot.provider(), new KadPeer(slot.provider(), List.of()));
        return new ProviderRecord(slot.key(), provider, byExpiry.getOrDefault(slot, Instant.EPOCH));
    }

    /** All records in the order in which they expire. */
    public Collection<ProviderRecord> all() {
        return byExpiry.keySet().stream().map(this::record).toList();
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
