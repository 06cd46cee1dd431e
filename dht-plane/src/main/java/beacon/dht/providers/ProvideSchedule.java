package beacon.dht.providers;

import beacon.dht.kademlia.KadKey;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.Multihash;
import beacon.dht.wire.ProtoReader;
import beacon.dht.wire.ProtoWriter;
import beacon.dht.wire.WireException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What has to be announced, and when it was last, ordered by place in the key space and by age. Never announced counts as
 * oldest. A content that was announced is due again after the interval, well before its records expire.
 */
public final class ProvideSchedule {
    private static final int VERSION = 1;
    private static final int MAX_KEY_BYTES = 80;
    private static final int MAX_ADDRESSES = 64;
    private static final Comparator<Entry> BY_AGE =
            Comparator.comparing(Entry::announced).thenComparing(Entry::key);

    private final Duration interval;
    private final Duration timeToLive;
    private final int maxEntries;
    private final TreeMap<KadKey, Entry> byKey = new TreeMap<>();
    private final TreeSet<Entry> byAge = new TreeSet<>(BY_AGE);
    /** Where the servers were told that this peer is. */
    private List<Multiaddr> addresses = List.of();

    /**
     * A content.
     *
     * @param announced the last time, {@link Instant#EPOCH} for never
     */
    public record Entry(KadKey key, ByteString multihash, Instant announced) {}

    /**
     * An empty schedule.
     *
     * @param interval after which a content is announced again
     * @param timeToLive of a record at its servers
     */
    public ProvideSchedule(Duration interval, Duration timeToLive, int maxEntries) {
        this.interval = interval;
        this.timeToLive = timeToLive;
        this.maxEntries = maxEntries;
    }

    /**
     * Adds a content; does nothing when it is there.
     *
     * @return false when it cannot be announced: another hash function than sha2-256, which some servers refuse without
     *     saying so, or too many entries
     */
    public boolean add(ByteString multihash) {
        return add(multihash, Instant.EPOCH);
    }

    private boolean add(ByteString multihash, Instant announced) {
        KadKey key = KadKey.of(multihash);
        if (byKey.containsKey(key)) {
            return true;
        }
        if (byKey.size() >= maxEntries || Multihash.parse(multihash).code() != Multihash.SHA2_256) {
            return false;
        }
        put(new Entry(key, multihash, announced));
        return true;
    }

    private void put(Entry entry) {
        Entry before = byKey.put(entry.key(), entry);
        if (before != null) {
            byAge.remove(before);
        }
        byAge.add(entry);
    }

    /** Announces a content no longer; its records expire by themselves. */
    public void remove(ByteString multihash) {
        Entry removed = byKey.remove(KadKey.of(multihash));
        if (removed != null) {
            byAge.remove(removed);
        }
    }

    /** Keeps only some contents; the records of the others expire by themselves. */
    public int keepOnly(Predicate<ByteString> wanted) {
        List<Entry> unwanted = byKey.values().stream()
                .filter(entry -> !wanted.test(entry.multihash()))
                .toList();
        unwanted.forEach(entry -> remove(entry.multihash()));
        return unwanted.size();
    }

    public boolean contains(ByteString multihash) {
        return byKey.containsKey(KadKey.of(multihash));
    }

    /**
     * This peer is reached at these addresses. When records were made with others, nobody finds it by them: they count as
     * never announced.
     *
     * @return whether that is so
     */
    public boolean reachedAt(List<Multiaddr> now) {
        if (addresses.equals(now)) {
            return false;
        }
        addresses = List.copyOf(now);
        byKey.replaceAll((key, entry) -> new Entry(key, entry.multihash(), Instant.EPOCH));
        byAge.clear();
        byAge.addAll(byKey.values());
        return true;
    }

    /** A content was announced to as many peers as there are to be told. */
    public void announced(ByteString multihash, Instant at) {
        Entry before = byKey.get(KadKey.of(multihash));
        if (before != null) {
            put(new Entry(before.key(), multihash, at));
        }
    }

    /** The content that is most overdue now. */
    public Optional<Entry> mostUrgent(Instant now) {
        return byAge.isEmpty() || byAge.first().announced().plus(interval).isAfter(now)
                ? Optional.empty()
                : Optional.of(byAge.first());
    }

    /** When the next content is due; empty when there is none. */
    public Optional<Instant> nextDue() {
        return byAge.isEmpty()
                ? Optional.empty()
                : Optional.of(byAge.first().announced().plus(interval));
    }

    /** All contents of a region, in the order of their keys. */
    public List<Entry> in(Region region) {
        return List.copyOf(
                byKey.subMap(region.first(), true, region.last(), true).values());
    }

    /**
     * The metric that matters: time until the first record expires; negative when one has, and after a content was added
     * until it is announced. Empty when there is nothing to announce.
     */
    public Optional<Duration> smallestMargin(Instant now) {
        return byAge.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.between(now, byAge.first().announced().plus(timeToLive)));
    }

    public int size() {
        return byKey.size();
    }

    /** The bytes for the disk. */
    public ByteString encode() {
        ProtoWriter out = new ProtoWriter().integer(1, VERSION);
        byKey.values()
                .forEach(entry -> out.bytes(
                        2,
                        new ProtoWriter()
                                .bytes(1, entry.multihash())
                                .integer(2, entry.announced().toEpochMilli())
                                .toByteString()));
        addresses.forEach(address -> out.bytes(3, address.bytes()));
        return out.toByteString();
    }

    /**
     * Adds what was kept over a restart. Times in the future, from a clock that has been set back, count as never.
     *
     * @throws WireException when the bytes are damaged or of another version
     */
    public void restore(ByteString bytes, Instant now) {
        ProtoReader in = new ProtoReader(bytes, maxEntries + MAX_ADDRESSES + 1);
        List<Entry> entries = new ArrayList<>();
        List<Multiaddr> kept = new ArrayList<>();
        long version = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> version = in.integer();
                case 2 -> entries.add(entry(in.bytes(256)));
                case 3 -> kept.add(Multiaddr.parse(in.bytes(Multiaddr.MAX_LENGTH)));
                default -> in.skip();
            }
        }
        if (version != VERSION) {
            throw new WireException("expected a schedule of version %d, but found %d".formatted(VERSION, version));
        }
        addresses = List.copyOf(kept);
        entries.forEach(
                entry -> add(entry.multihash(), entry.announced().isAfter(now) ? Instant.EPOCH : entry.announced()));
    }

    private static Entry entry(ByteString bytes) {
        ProtoReader in = new ProtoReader(bytes, 8);
        ByteString multihash = ByteString.EMPTY;
        long millis = 0;
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> multihash = in.bytes(MAX_KEY_BYTES);
                case 2 -> millis = in.integer();
                default -> in.skip();
            }
        }
        return new Entry(KadKey.of(multihash), multihash, Instant.ofEpochMilli(millis));
    }
}
