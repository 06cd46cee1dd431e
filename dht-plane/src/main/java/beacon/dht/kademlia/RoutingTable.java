package beacon.dht.kademlia;

import beacon.dht.kademlia.Offer.Added;
import beacon.dht.kademlia.Offer.AskStale;
import beacon.dht.kademlia.Offer.Known;
import beacon.dht.kademlia.Offer.Refused;
import beacon.dht.kademlia.Offer.Waiting;
import beacon.dht.wire.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The peers a node knows, in one bucket of k for each length of the prefix shared with its own key. A peer that answers
 * is never dropped for another one: when a bucket is full, the newcomer waits, and takes the place of a member that was
 * asked and did not answer. Bounded by 256 buckets of k members and k waiting ones.
 */
public final class RoutingTable {
    /** A member that has not been heard of for so long is asked before a newcomer is sent away. */
    public static final Duration STALE_AFTER = Duration.ofMinutes(5);

    private static final int FAILURES_TO_DROP = 2;

    private final KadKey self;
    private final GroupLimits limits;
    private final int bucketSize;
    /** By prefix; only those that ever had a peer, a dozen of 256. */
    private final TreeMap<Integer, Bucket> buckets = new TreeMap<>();

    private final IpGroups groups = new IpGroups();
    private int size;

    /**
     * An empty table.
     *
     * @param bucketSize k
     */
    public RoutingTable(KadKey self, int bucketSize, GroupLimits limits) {
        this.self = self;
        this.limits = limits;
        this.bucketSize = bucketSize;
    }

    /** Tells of a peer that serves the DHT and has just shown that it lives. */
    public Offer offer(KadPeer peer, Instant now) {
        KadKey key = KadKey.of(peer.id());
        if (key.equals(self)) {
            return new Refused("expected another peer, but found this one");
        }
        Bucket bucket = bucket(key);
        TableEntry known = bucket.entries.get(peer.id());
        if (known != null) {
            update(bucket, known, peer, now);
            return new Known();
        }
        if (!hasRoomFor(bucket, IpGroups.of(peer.addresses()))) {
            return new Refused("expected few peers of one IP group, but found enough already");
        }
        if (!bucket.isFull()) {
            add(bucket, peer, key, now);
            return new Added();
        }
        bucket.await(peer);
        return bucket.stalest()
                .filter(stale -> stale.failures() > 0
                        || !stale.lastSeen().plus(STALE_AFTER).isAfter(now))
                .<Offer>map(AskStale::new)
                .orElseGet(Waiting::new);
    }

    private void update(Bucket bucket, TableEntry known, KadPeer peer, Instant now) {
        TableEntry newer = known.seen(peer, now);
        if (known.peer().addresses().equals(newer.peer().addresses())) {
            bucket.entries.put(peer.id(), newer);
            return;
        }
        Set<String> before = IpGroups.of(known.peer().addresses());
        Set<String> after = IpGroups.of(newer.peer().addresses());
        if (!before.equals(after)) {
            leave(bucket, before);
            if (!hasRoomFor(bucket, after)) {
                // It moved to a crowded neighbourhood: what is known of it stays as it was.
                newer = known.seen(known.peer(), now);
                after = before;
            }
            join(bucket, after);
        }
        bucket.entries.put(peer.id(), newer);
    }

    /** A peer answered or spoke. */
    public void seen(PeerId peer, Instant now) {
        Bucket bucket = bucket(KadKey.of(peer));
        TableEntry known = bucket.entries.get(peer);
        if (known != null) {
            bucket.entries.put(peer, known.seen(known.peer(), now));
        }
    }

    /**
     * A peer did not answer. It goes at once when another one waits for its place, else after the second time.
     *
     * @return the peer that took its place
     */
    public Optional<KadPeer> failed(PeerId peer, Instant now) {
        Bucket bucket = bucket(KadKey.of(peer));
        TableEntry known = bucket.entries.get(peer);
        bucket.forget(peer);
        if (known == null) {
            return Optional.empty();
        }
        TableEntry worse = known.failed();
        if (worse.failures() < FAILURES_TO_DROP && !bucket.hasWaiting()) {
            bucket.entries.put(peer, worse);
            return Optional.empty();
        }
        return remove(peer, now);
    }

    /** Takes a peer out, for instance because it serves the DHT no longer; the last one that waited moves up. */
    public Optional<KadPeer> remove(PeerId peer, Instant now) {
        Bucket bucket = bucket(KadKey.of(peer));
        bucket.forget(peer);
        TableEntry removed = bucket.entries.remove(peer);
        if (removed == null) {
            return Optional.empty();
        }
        size--;
        leave(bucket, IpGroups.of(removed.peer().addresses()));
        Optional<KadPeer> next = bucket.nextReplacement();
        while (next.isPresent()) {
            KadPeer candidate = next.get();
            if (hasRoomFor(bucket, IpGroups.of(candidate.addresses()))) {
                // Silent since it began to wait: the oldest time makes it the first to be asked.
                add(bucket, candidate, KadKey.of(candidate.id()), now.minus(STALE_AFTER));
                return next;
            }
            next = bucket.nextReplacement();
        }
        return next;
    }

    private void add(Bucket bucket, KadPeer peer, KadKey key, Instant lastSeen) {
        bucket.forget(peer.id());
        bucket.entries.put(peer.id(), new TableEntry(peer, key, lastSeen, lastSeen, 0));
        join(bucket, IpGroups.of(peer.addresses()));
        size++;
    }

    private boolean hasRoomFor(Bucket bucket, Set<String> ofPeer) {
        return groups.hasRoom(ofPeer, limits.perTable()) && bucket.groups.hasRoom(ofPeer, limits.perBucket());
    }

    private void join(Bucket bucket, Set<String> ofPeer) {
        groups.add(ofPeer);
        bucket.groups.add(ofPeer);
    }

    private void leave(Bucket bucket, Set<String> ofPeer) {
        groups.remove(ofPeer);
        bucket.groups.remove(ofPeer);
    }

    private Bucket bucket(KadKey key) {
        int prefix = Math.min(self.commonPrefix(key), KadKey.BITS - 1);
        return buckets.computeIfAbsent(prefix, absent -> new Bucket(bucketSize));
    }

    /**
     * The closest members, closest first. With c the prefix that the target shares with this node, bucket c is closest to
     * the target, then all deeper ones together, then c-1, c-2 and so on: only as many are sorted as are needed.
     */
    public List<TableEntry> closest(KadKey target, int count) {
        List<TableEntry> found = new ArrayList<>();
        int shared = Math.min(self.commonPrefix(target), KadKey.BITS - 1);
        addSorted(found, target, buckets.subMap(shared, shared + 1).values());
        if (found.size() < count) {
            addSorted(found, target, buckets.tailMap(shared, false).values());
        }
        for (Bucket bucket : buckets.headMap(shared, false).descendingMap().values()) {
            if (found.size() >= count) {
                break;
            }
            addSorted(found, target, List.of(bucket));
        }
        return List.copyOf(found.subList(0, Math.min(count, found.size())));
    }

    private static void addSorted(List<TableEntry> into, KadKey target, Collection<Bucket> from) {
        int start = into.size();
        for (Bucket bucket : from) {
            into.addAll(bucket.entries.values());
        }
        into.subList(start, into.size()).sort((one, other) -> target.compareDistances(one.key(), other.key()));
    }

    /** All members, farthest bucket first. */
    public List<TableEntry> entries() {
        List<TableEntry> all = new ArrayList<>(size);
        for (Bucket bucket : buckets.values()) {
            all.addAll(bucket.entries.values());
        }
        return all;
    }

    public boolean contains(PeerId peer) {
        return bucket(KadKey.of(peer)).entries.containsKey(peer);
    }

    public int size() {
        return size;
    }

    /** Members and waiting peers of the bucket for a shared prefix, for reports and tests. */
    public int[] bucketSizes(int commonPrefix) {
        Bucket bucket = buckets.get(commonPrefix);
        return bucket == null ? new int[2] : new int[] {bucket.entries.size(), bucket.waitingCount()};
    }

    /** Length of the longest prefix for which there is a member; -1 for an empty table. */
    public int deepestBucket() {
        return buckets.descendingMap().entrySet().stream()
                .filter(bucket -> !bucket.getValue().entries.isEmpty())
                .findFirst()
                .map(Map.Entry::getKey)
                .orElse(-1);
    }
}
