package beacon.node.custody;

import beacon.index.client.BeaconClient;
import beacon.index.client.EventCursor;
import beacon.keys.records.BadRecordException;
import beacon.keys.records.KeyRecord;
import beacon.keys.records.RecordCodec;
import beacon.proto.v1.Event;
import beacon.proto.v1.EventFilter;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.KeyState;
import beacon.proto.v1.KeyStateChanged;
import beacon.proto.v1.RecordedEvent;
import beacon.proto.v1.ReplayRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The organisation's keys as the log tells of them, read at once from its beginning. */
public final class ActiveKey {
    private static final List<Integer> HEARD =
            List.of(Event.KEY_STATE_CHANGED_FIELD_NUMBER, Event.KEY_RECORDED_FIELD_NUMBER);

    private final Map<ByteString, KeyRecord> records = new LinkedHashMap<>();
    private ByteString active = ByteString.EMPTY;

    private ActiveKey() {}

    /**
     * Reads the log.
     *
     * @throws beacon.index.client.ClientException when it cannot be had
     */
    public static ActiveKey read(BeaconClient client) {
        ActiveKey keys = new ActiveKey();
        ReplayRequest request = ReplayRequest.newBuilder()
                .setFilter(EventFilter.newBuilder().addAllEventTypes(HEARD))
                .build();
        try (EventCursor cursor = client.replay(request)) {
            for (EventFrame frame = cursor.next(); frame != null; frame = cursor.next()) {
                for (ByteString bytes : frame.getEventsList()) {
                    keys.hear(RecordedEvent.parseFrom(bytes).getEvent());
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("expected recorded events, but found other bytes", e);
        }
        return keys;
    }

    private void hear(Event event) {
        if (event.hasKeyRecorded()) {
            try {
                KeyRecord record = RecordCodec.ofBytes(
                                event.getKeyRecorded().getRecord().toByteArray())
                        .verified();
                KeyRecord before = records.get(record.keyId());
                if (before == null || (record.key().epoch() > before.key().epoch() && record.follows(before))) {
                    records.put(record.keyId(), record);
                }
            } catch (BadRecordException forged) {
                // Whether a record counts is in its signatures; the log takes any.
            }
            return;
        }
        KeyStateChanged changed = event.getKeyStateChanged();
        if (changed.getState() == KeyState.KEY_STATE_ACTIVE && !changed.getDropBox()) {
            active = changed.getKeyId();
        } else if (changed.getKeyId().equals(active)) {
            active = ByteString.EMPTY;
        }
    }

    /** The key that writers seal to; empty when there is none. */
    public Optional<KeyRecord> active() {
        return record(active);
    }

    /** The newest record of a key. */
    public Optional<KeyRecord> record(ByteString keyId) {
        return Optional.ofNullable(records.get(keyId));
    }
}
