package beacon.sim.custody;

import beacon.keys.custodian.RefusedException;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.model.Event;
import beacon.model.Event.KeyState;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What custody sees of the log: one order of events for all, the newest record and the standing of each key, and a header
 * for each artifact that is replaced only if it is still the one that was read.
 */
final class SimKeyLog {
    private final World world;
    private final List<Event> events = new ArrayList<>();
    private final Map<ByteString, KeyRecord> records = new LinkedHashMap<>();
    private final Map<ByteString, Long> recordedAt = new LinkedHashMap<>();
    private final Map<ByteString, KeyState> states = new LinkedHashMap<>();
    private final TreeMap<Integer, Placed> headers = new TreeMap<>();
    private final Map<String, Integer> decisions = new LinkedHashMap<>();
    private final Map<ByteString, TreeMap<String, Integer>> grants = new LinkedHashMap<>();

    SimKeyLog(World world) {
        this.world = world;
    }

    /** A header of an artifact. */
    record Placed(int artifact, ByteString keyId, ByteString header, long revision) {}

    /** Everything up to here is on the log. */
    int end() {
        return events.size();
    }

    Event event(int sequence) {
        return events.get(sequence - 1);
    }

    int append(String from, Event event) {
        if (event instanceof Event.KeyRecorded recorded) {
            learn(recorded);
        } else if (event instanceof Event.KeyStateChanged change) {
            change(change);
        } else if (event instanceof Event.OpeningDecided decided) {
            decisions.merge(from, 1, Integer::sum);
            int granted = (int) decided.wraps().stream()
                    .filter(wrap -> wrap.refused().isEmpty())
                    .count();
            if (granted > 0) {
                grants.computeIfAbsent(decided.requestId(), id -> new TreeMap<>())
                        .put(from, granted);
            }
        }
        events.add(event);
        return events.size();
    }

    private void learn(Event.KeyRecorded recorded) {
        KeyRecord record = RecordCodec.ofBytes(recorded.record().toByteArray());
        KeyRecord known = records.get(record.keyId());
        if (known == null ? record.key().epoch() == 0 : record.follows(known)) {
            records.put(record.keyId(), record);
            recordedAt.put(record.keyId(), world.now());
        }
    }

    private void change(Event.KeyStateChanged change) {
        boolean inUse =
                headers.values().stream().anyMatch(placed -> placed.keyId().equals(change.keyId()));
        if (change.state() == KeyState.RETIRED && inUse) {
            throw new RefusedException(Refusal.of(Reason.KEY_STATE_FORBIDS, "expected a key without headers"));
        }
        states.put(change.keyId(), change.state());
        if (change.state() == KeyState.ACTIVE) {
            states.computeIfPresent(change.replaces(), (id, before) -> KeyState.DECRYPT_ONLY);
        }
    }

    /** False when somebody was faster, or the key is not one that writers seal to. */
    boolean setHeader(int artifact, ByteString keyId, ByteString header, long expected) {
        Placed known = headers.get(artifact);
        long revision = known == null ? 0 : known.revision();
        if (revision != expected || states.get(keyId) != KeyState.ACTIVE) {
            return false;
        }
        headers.put(artifact, new Placed(artifact, keyId, header, revision + 1));
        return true;
    }

    Optional<Placed> header(int artifact) {
        return Optional.ofNullable(headers.get(artifact));
    }

    List<Placed> headersOf(ByteString keyId) {
        return headers.values().stream()
                .filter(placed -> placed.keyId().equals(keyId))
                .toList();
    }

    /** The newest record of a key that is on the log. */
    KeyRecord record(ByteString keyId) {
        return Objects.requireNonNull(records.get(keyId));
    }

    Optional<KeyRecord> find(ByteString keyId) {
        return Optional.ofNullable(records.get(keyId));
    }

    /** When that record came. */
    long recordedAt(ByteString keyId) {
        return Objects.requireNonNull(recordedAt.get(keyId));
    }

    List<ByteString> keysIn(KeyState state) {
        return states.entrySet().stream()
                .filter(entry -> entry.getValue() == state)
                .map(Map.Entry::getKey)
                .toList();
    }

    Optional<KeyRecord> active() {
        return keysIn(KeyState.ACTIVE).stream().findFirst().map(this::record);
    }

    /** Decisions of a custodian so far. */
    int decisions(String custodian) {
        return decisions.getOrDefault(custodian, 0);
    }

    /** Custodians that granted something of a request. */
    int grants(ByteString requestId) {
        return grants.getOrDefault(requestId, new TreeMap<>()).size();
    }
}
