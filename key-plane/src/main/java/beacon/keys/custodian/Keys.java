package beacon.keys.custodian;

import beacon.keys.authority.Caller;
import beacon.keys.authority.CustodyEvent;
import beacon.keys.authority.EventSink;
import beacon.keys.authority.RitualStep;
import beacon.keys.fragments.FragmentStore;
import beacon.keys.fragments.Ritual;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.keys.records.Seat;
import beacon.model.Reason;
import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which epoch of which key is the present one at this custodian. A record goes on disk first; then the fragment that
 * belongs to it becomes active and those of earlier epochs are deleted. Each step may be repeated, so that a start after
 * a crash only has to do them again.
 */
final class Keys {
    private final FragmentStore fragments;
    private final RecordShelf records;
    private final Seat self;
    private final EventSink events;
    private final InstantSource clock;
    private final Set<ByteString> destroyed = new LinkedHashSet<>();

    Keys(CustodianHome home, Seat self, EventSink events, InstantSource clock) {
        this.fragments = home.fragments();
        this.records = home.records();
        this.self = self;
        this.events = events;
        this.clock = clock;
    }

    /** After the start: finishes what a crash left unfinished. */
    synchronized void settle() {
        records.all().forEach(this::settle);
    }

    private void settle(KeyRecord record) {
        String present = record.plan().ritualId();
        if (record.plan().indexOf(self).isPresent()) {
            fragments.move(present, Ritual.State.ACTIVE);
            events.reached(RitualStep.SHARE_ACTIVE);
        }
        for (Ritual.Label label : fragments.list()) {
            boolean old = label.keyId().equals(record.keyId())
                    && label.epoch() <= record.key().epoch()
                    && !label.id().equals(present);
            if (old && !Ritual.isOwn(label)) {
                fragments.delete(label.id());
            }
        }
        if (record.plan().indexOf(self).isEmpty()) {
            fragments.delete(present);
        }
        events.reached(RitualStep.FORMER_DELETED);
    }

    /** All holders signed, this one among them. */
    void installOwn(KeyRecord record) {
        put(record);
        tell(record);
    }

    private synchronized void put(KeyRecord record) {
        records.put(record);
        events.reached(RitualStep.RECORD_KEPT);
        settle(record);
    }

    /** Has the log, or what takes its place, know of a record. Never under the lock: the log may speak meanwhile. */
    void tell(KeyRecord record) {
        events.keep(new CustodyEvent.Recorded(
                clock.instant(),
                record.keyId(),
                record.key().epoch(),
                ByteString.copyFrom(RecordCodec.toBytes(record))));
        events.reached(RitualStep.TOLD);
    }

    /**
     * Takes a record that others told the log of: the next epoch of a key it has, or one that it signed itself, as
     * after a restore of its backup.
     */
    synchronized void hear(KeyRecord record) {
        if (destroyed.contains(record.keyId())) {
            return;
        }
        Optional<KeyRecord> known = records.get(record.keyId());
        boolean next = known.isPresent() && record.follows(known.get());
        boolean own = known.isEmpty() && record.plan().indexOf(self).isPresent();
        if (next || own) {
            put(record);
        }
    }

    boolean install(Caller caller, KeyRecord record) {
        if (!putNext(caller, record)) {
            return false;
        }
        tell(record);
        return true;
    }

    private synchronized boolean putNext(Caller caller, KeyRecord record) {
        expectAlive(record.keyId());
        Optional<KeyRecord> known = records.get(record.keyId());
        if (known.isPresent() && known.get().key().epoch() >= record.key().epoch()) {
            return false;
        }
        boolean follows = known.isPresent() && record.follows(known.get());
        if (!follows && !caller.isOperator()) {
            throw RefusedException.of(
                    Reason.PERMISSION_DENIED,
                    "expected the next epoch of a known key, or an operator who vouches for the record");
        }
        put(record);
        return true;
    }

    /** A destroyed key does not come back, neither as a record nor by resharing. */
    synchronized void expectAlive(ByteString keyId) {
        if (destroyed.contains(keyId)) {
            throw RefusedException.of(Reason.PERMISSION_DENIED, "expected a key that lives, but found it destroyed");
        }
    }

    synchronized void destroy(ByteString keyId) {
        destroyed.add(keyId);
        records.remove(keyId);
        for (Ritual.Label label : fragments.list()) {
            if (label.keyId().equals(keyId) && !Ritual.isOwn(label)) {
                fragments.delete(label.id());
            }
        }
    }

    Optional<KeyRecord> current(ByteString keyId) {
        return records.get(keyId);
    }
}
