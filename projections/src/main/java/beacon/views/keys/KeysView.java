package beacon.views.keys;

import beacon.model.Event;
import beacon.model.Event.KeyRecorded;
import beacon.model.Event.KeyStateChanged;
import beacon.proto.v1.KeyState;
import beacon.proto.v1.OrgKeyState;
import beacon.views.Keys;
import beacon.views.LogEntry;
import beacon.views.StateReader;
import beacon.views.View;
import beacon.views.ViewException;
import beacon.views.ViewState;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The organisation's keys as the log tells of them. Records are kept as they came: whether one counts is in its signatures,
 * which whoever uses it checks.
 */
public final class KeysView implements View {
    private static final byte[] STATES = {1};
    private static final byte[] RECORDS = {2};

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void evolve(LogEntry entry, ViewState state) {
        int type = entry.eventType();
        if (type != beacon.proto.v1.Event.KEY_STATE_CHANGED_FIELD_NUMBER
                && type != beacon.proto.v1.Event.KEY_RECORDED_FIELD_NUMBER) {
            return;
        }
        Event event = entry.event();
        if (event instanceof KeyStateChanged changed) {
            changed(entry, changed, state);
        } else if (event instanceof KeyRecorded recorded) {
            byte[] key = Keys.of(records(recorded.keyId()), Keys.of(entry.sequence()));
            state.put(key, recorded.record().toByteArray());
        }
    }

    private static void changed(LogEntry entry, KeyStateChanged changed, ViewState state) {
        OrgKeyState.Builder key = find(state, changed.keyId())
                .map(OrgKeyState::toBuilder)
                .orElseGet(
                        () -> OrgKeyState.newBuilder().setKeyId(changed.keyId()).setDropBox(changed.dropBox()));
        put(state, entry, key.setState(inContract(changed.state())));
        if (changed.state() == Event.KeyState.ACTIVE) {
            find(state, changed.replaces())
                    .ifPresent(replaced ->
                            put(state, entry, replaced.toBuilder().setState(KeyState.KEY_STATE_DECRYPT_ONLY)));
        }
    }

    private static void put(ViewState state, LogEntry entry, OrgKeyState.Builder key) {
        key.setChangedSequence(entry.sequence()).setChangedUnixMicros(entry.timeUnixMicros());
        state.put(state(key.getKeyId()), key.build().toByteArray());
    }

    private static KeyState inContract(Event.KeyState state) {
        return switch (state) {
            case ACTIVE -> KeyState.KEY_STATE_ACTIVE;
            case DECRYPT_ONLY -> KeyState.KEY_STATE_DECRYPT_ONLY;
            case COMPROMISED -> KeyState.KEY_STATE_COMPROMISED;
            case RETIRED -> KeyState.KEY_STATE_RETIRED;
            case DESTROYED -> KeyState.KEY_STATE_DESTROYED;
        };
    }

    private static byte[] state(ByteString keyId) {
        return Keys.of(STATES, keyId.toByteArray());
    }

    /** Ids have different lengths, so that one may begin another. */
    private static byte[] records(ByteString keyId) {
        return Keys.of(RECORDS, new byte[] {(byte) keyId.size()}, keyId.toByteArray());
    }

    /** How a key stands; empty for one that was never active. */
    public static Optional<OrgKeyState> find(StateReader state, ByteString keyId) {
        return Optional.ofNullable(state.get(state(keyId))).map(KeysView::decode);
    }

    /** The active key of a kind. */
    public static Optional<OrgKeyState> active(StateReader state, boolean dropBox) {
        Deque<OrgKeyState> found = new ArrayDeque<>();
        state.scan(STATES, Keys.after(STATES), (key, value) -> {
            OrgKeyState each = decode(value);
            if (each.getState() == KeyState.KEY_STATE_ACTIVE && each.getDropBox() == dropBox) {
                found.add(each);
            }
            return found.isEmpty();
        });
        return Optional.ofNullable(found.peek());
    }

    /**
     * The first record of a key, with which it was activated and which later ones have to follow, and its newest ones, in
     * the order of the log.
     */
    public static List<ByteString> records(StateReader state, ByteString keyId, int atMost) {
        Deque<ByteString> newest = new ArrayDeque<>();
        byte[] prefix = records(keyId);
        state.scan(prefix, Keys.after(prefix), (key, value) -> {
            newest.add(ByteString.copyFrom(value));
            if (newest.size() > atMost) {
                ByteString first = newest.remove();
                newest.remove();
                newest.addFirst(first);
            }
            return true;
        });
        return List.copyOf(newest);
    }

    private static OrgKeyState decode(byte[] value) {
        try {
            return OrgKeyState.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new ViewException(
                    "expected a key's state, but found damaged bytes; remove the projections' directory, and they are made"
                            + " again from the log",
                    e);
        }
    }
}
