package beacon.views.keys;

import beacon.model.Event;
import beacon.model.Event.KeyRecorded;
import beacon.model.Event.KeyStateChanged;
import beacon.proto.v1.KeyState;
import beacon.proto.v1.OrgKeyState;
import beacon.views.Keys;
import beacon.views.LogEntry;
import beacon.views.MessageValues;
import beacon.views.StateReader;
import beacon.views.View;
import beacon.views.ViewState;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The organisation's keys as the log tells of them. Records are kept as they came: whether one counts is in its signatures,
 * which whoever uses it checks.
 */
public final class KeysView implements View {
    private static final byte[] STATES = {1};
    private static final byte[] RECORDS = {2};
    private static final MessageValues<OrgKeyState> KEYS = new MessageValues<>(OrgKeyState.parser(), "a key's state");

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
        return KEYS.find(state, state(keyId));
    }

    /** The active key of a kind. */
    public static Optional<OrgKeyState> active(StateReader state, boolean dropBox) {
        Predicate<OrgKeyState> wanted =
                each -> each.getState() == KeyState.KEY_STATE_ACTIVE && each.getDropBox() == dropBox;
        return KEYS.list(state, STATES, Keys.after(STATES), 1, wanted).stream().findFirst();
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
}
