package beacon.dht.kademlia;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** The value records a server keeps, each for its time to live; full means full, until records expire. */
public final class ValueStore {
    private final int maxRecords;
    private final Duration timeToLive;
    private final Validators validators;
    /** In the order in which they expire. */
    private final LinkedHashMap<ByteString, StoredValue> values = new LinkedHashMap<>();

    /** A value and when it was stored last. */
    public record StoredValue(ByteString key, ByteString value, Instant received) {}

    public ValueStore(int maxRecords, Duration timeToLive, Validators validators) {
        this.maxRecords = maxRecords;
        this.timeToLive = timeToLive;
        this.validators = validators;
    }

    /** Keeps a valid value unless a better one is there; false when it is not kept. */
    public boolean put(ByteString key, ByteString value, Instant now) {
        return put(new StoredValue(key, value, now), now);
    }

    private boolean put(StoredValue offered, Instant now) {
        expire(now);
        ByteString key = offered.key();
        if (!validators.isValid(key, offered.value())) {
            return false;
        }
        StoredValue before = values.get(key);
        if (before == null ? values.size() >= maxRecords : validators.isBetter(key, before.value(), offered.value())) {
            return false;
        }
        values.remove(key);
        values.put(key, offered);
        return true;
    }

    private void expire(Instant now) {
        values.values().stream()
                .takeWhile(value -> !value.received().plus(timeToLive).isAfter(now))
                .map(StoredValue::key)
                .toList()
                .forEach(values::remove);
    }

    /** The record under a key. */
    public Optional<KadRecord> get(ByteString key, Instant now) {
        expire(now);
        return Optional.ofNullable(values.get(key))
                .map(value -> new KadRecord(
                        key,
                        value.value(),
                        value.received().truncatedTo(ChronoUnit.MILLIS).toString()));
    }

    /** All records in the order in which they expire. */
    public Collection<StoredValue> all() {
        return List.copyOf(values.values());
    }

    /** Takes records back that were kept over a restart. */
    public void restore(List<StoredValue> records, Instant now) {
        records.stream().filter(record -> !record.received().isAfter(now)).forEach(record -> put(record, now));
    }

    public int size() {
        return values.size();
    }
}
