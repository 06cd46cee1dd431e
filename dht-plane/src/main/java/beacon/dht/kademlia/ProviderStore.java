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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The provider records a server keeps, addresses included, each for its time to live. Bounded in all, for each
 * content and in addresses; when it is full, a peer with a small share of it displaces the record that expires first, and one with a large
 * share is refused, so that nobody can push out the records of all others.
 *
 * <p>A record is one object in two chains, which takes a third of the memory that maps of maps take; with hundreds of
 * thousands of records that is most of what a server keeps.
 */
public final class ProviderStore {
    /** Providers kept of one content. */
    public static final int MAX_PROVIDERS_PER_KEY = 64;

    private static final int LARGE_SHARE = 16;
    /** One in ten records may come with addresses of its own; addresses are most of what a record weighs. */
    private static final int ADDRESSED_SHARE = 10;

    private final int maxRecords;
    private final Duration timeToLive;
    /** The latest record of each content; the others hang on it. */
    private final Map<ByteString, Slot> byKey = new LinkedHashMap<>();

    private final Map<PeerId, Share> shares = new LinkedHashMap<>();
    /** The newest addresses of each provider, kept once; of too many providers only the latest have theirs here. */
    private final Map<PeerId, KadPeer> addressed;

    /** All records in the order in which they expire, since all live equally long from when they were last stored. */
    private @Nullable Slot oldest;

    private @Nullable Slot newest;
    private int size;

    /** What one provider has here; its id is kept once for all its records. */
    private static final class Share {
        private final PeerId provider;
        private int records;

        Share(PeerId provider) {
            this.provider = provider;
        }
    }

    private static final class Slot {
        private final ByteString key;
        private final Share share;
        private final long expiresMillis;
        private @Nullable Slot older;
        private @Nullable Slot newer;
        private @Nullable Slot nextOfKey;

        Slot(ByteString key, Share share, long expiresMillis) {
            this.key = key;
            this.share = share;
            this.expiresMillis = expiresMillis;
        }
    }

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
        PeerId provider = record.provider().id();
        Optional<Slot> before = find(record.key(), provider);
        if (before.isEmpty() && !makeRoom(record.key(), provider)) {
            return false;
        }
        ByteString key = sharedKey(record.key());
        before.ifPresent(this::drop);
        append(new Slot(
                key,
                shares.computeIfAbsent(provider, Share::new),
                record.expires().toEpochMilli()));
        addressed.remove(provider);
        addressed.put(provider, record.provider());
        return true;
    }

    /** The key as another record has it already, so that it is kept once. */
    private ByteString sharedKey(ByteString key) {
        Slot latest = byKey.get(key);
        return latest == null ? key : latest.key;
    }

    private Optional<Slot> find(ByteString key, PeerId provider) {
        for (Slot slot = byKey.get(key); slot != null; slot = slot.nextOfKey) {
            if (slot.share.provider.equals(provider)) {
                return Optional.of(slot);
            }
        }
        return Optional.empty();
    }

    private boolean makeRoom(ByteString key, PeerId provider) {
        dropOldestOf(key);
        if (size < maxRecords) {
            return true;
        }
        Share share = shares.get(provider);
        Slot first = oldest;
        if (first == null || (share != null && share.records >= Math.max(1, maxRecords / LARGE_SHARE))) {
            return false;
        }
        drop(first);
        return true;
    }

    /** Drops the record of a content that expires first when there are as many as there may be. */
    private void dropOldestOf(ByteString key) {
        int count = 0;
        Slot last = null;
        for (Slot slot = byKey.get(key); slot != null; slot = slot.nextOfKey) {
            count++;
            last = slot;
        }
        if (last != null && count >= MAX_PROVIDERS_PER_KEY) {
            drop(last);
        }
    }

    private void append(Slot slot) {
        slot.nextOfKey = byKey.put(slot.key, slot);
        slot.older = newest;
        if (newest == null) {
            oldest = slot;
        } else {
            newest.newer = slot;
        }
        newest = slot;
        slot.share.records++;
        size++;
    }

    private void drop(Slot slot) {
        unchain(slot);
        if (slot.older == null) {
            oldest = slot.newer;
        } else {
            slot.older.newer = slot.newer;
        }
        if (slot.newer == null) {
            newest = slot.older;
        } else {
            slot.newer.older = slot.older;
        }
        size--;
        if (--slot.share.records == 0) {
            shares.remove(slot.share.provider);
            addressed.remove(slot.share.provider);
        }
    }

    /** Takes a record out of the chain of its content. */
    private void unchain(Slot slot) {
        Slot before = byKey.get(slot.key);
        if (before == slot) {
            if (slot.nextOfKey == null) {
                byKey.remove(slot.key);
            } else {
                byKey.put(slot.key, slot.nextOfKey);
            }
            return;
        }
        while (before != null && before.nextOfKey != slot) {
            before = before.nextOfKey;
        }
        if (before != null) {
            before.nextOfKey = slot.nextOfKey;
        }
    }

    /** Forgets what has expired. */
    public void expire(Instant now) {
        long nowMillis = now.toEpochMilli();
        for (Slot slot = oldest; slot != null && slot.expiresMillis <= nowMillis; slot = oldest) {
            drop(slot);
        }
    }

    /** Who has some content now, the latest first. */
    public List<ProviderRecord> providers(ByteString key, Instant now) {
        List<ProviderRecord> live = new ArrayList<>();
        for (Slot slot = byKey.get(key); slot != null; slot = slot.nextOfKey) {
            if (slot.expiresMillis > now.toEpochMilli()) {
                live.add(record(slot));
            }
        }
        return live;
    }

    private ProviderRecord record(Slot slot) {
        PeerId id = slot.share.provider;
        KadPeer provider = addressed.getOrDefault(id, new KadPeer(id, List.of()));
        return new ProviderRecord(slot.key, provider, Instant.ofEpochMilli(slot.expiresMillis));
    }

    /** All records in the order in which they expire. */
    public Collection<ProviderRecord> all() {
        List<ProviderRecord> all = new ArrayList<>(size);
        for (Slot slot = oldest; slot != null; slot = slot.newer) {
            all.add(record(slot));
        }
        return all;
    }

    /** Takes records back that were kept over a restart; expired ones and those beyond the limit are left out. */
    public void restore(List<ProviderRecord> records, Instant now) {
        records.stream()
                .filter(record -> !record.expires().isAfter(now.plus(timeToLive)))
                .forEach(record -> add(record, now));
    }

    public int size() {
        return size;
    }
}
