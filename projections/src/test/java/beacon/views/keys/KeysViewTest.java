package beacon.views.keys;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.proto.v1.Event;
import beacon.proto.v1.KeyRecorded;
import beacon.proto.v1.KeyState;
import beacon.proto.v1.KeyStateChanged;
import beacon.proto.v1.OrgKeyState;
import beacon.views.KeyValues;
import beacon.views.MemoryKeyValues;
import beacon.views.TestLog;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeysViewTest {
    private static final ByteString FIRST = id(1);
    private static final ByteString SECOND = id(2);

    private final TestLog log = new TestLog();

    private static ByteString id(int number) {
        byte[] id = new byte[20];
        id[0] = (byte) number;
        return ByteString.copyFrom(id);
    }

    private ViewSnapshot snapshot() {
        KeyValues store = new MemoryKeyValues();
        log.run(new ViewRunner(store, List.of(new KeysView())));
        return ViewRunner.snapshot(store, new KeysView());
    }

    private long change(ByteString key, KeyState state, ByteString replaces, boolean dropBox) {
        return log.append(Event.newBuilder()
                .setKeyStateChanged(KeyStateChanged.newBuilder()
                        .setKeyId(key)
                        .setState(state)
                        .setReplaces(replaces)
                        .setDropBox(dropBox)
                        .setReason("test"))
                .build());
    }

    private void record(ByteString key, int epoch, String bytes) {
        log.append(Event.newBuilder()
                .setKeyRecorded(KeyRecorded.newBuilder()
                        .setKeyId(key)
                        .setEpoch(epoch)
                        .setRecord(ByteString.copyFromUtf8(bytes)))
                .build());
    }

    @Test
    void thereIsNoActiveKeyAtFirst() {
        try (ViewSnapshot state = snapshot()) {
            assertThat(KeysView.active(state, false)).isEmpty();
            assertThat(KeysView.find(state, FIRST)).isEmpty();
            assertThat(KeysView.records(state, FIRST, 9)).isEmpty();
        }
    }

    @Test
    void theKeyThatReplacesAnotherIsTheActiveOne() {
        change(FIRST, KeyState.KEY_STATE_ACTIVE, ByteString.EMPTY, false);
        long replaced = change(SECOND, KeyState.KEY_STATE_ACTIVE, FIRST, false);

        try (ViewSnapshot state = snapshot()) {
            assertThat(KeysView.active(state, false).map(OrgKeyState::getKeyId)).contains(SECOND);
            assertThat(KeysView.active(state, true)).isEmpty();
            OrgKeyState first = KeysView.find(state, FIRST).orElseThrow();
            assertThat(first.getState()).isEqualTo(KeyState.KEY_STATE_DECRYPT_ONLY);
            assertThat(first.getChangedSequence()).isEqualTo(replaced);
        }
    }

    @Test
    void aDropBoxIsAKindOfItsOwn() {
        change(FIRST, KeyState.KEY_STATE_ACTIVE, ByteString.EMPTY, false);
        change(SECOND, KeyState.KEY_STATE_ACTIVE, ByteString.EMPTY, true);

        try (ViewSnapshot state = snapshot()) {
            assertThat(KeysView.active(state, false).map(OrgKeyState::getKeyId)).contains(FIRST);
            assertThat(KeysView.active(state, true).map(OrgKeyState::getKeyId)).contains(SECOND);
        }
    }

    @Test
    void aKeyThatIsNoLongerActiveHasNoSuccessorByItself() {
        change(FIRST, KeyState.KEY_STATE_ACTIVE, ByteString.EMPTY, false);
        change(FIRST, KeyState.KEY_STATE_COMPROMISED, ByteString.EMPTY, false);

        try (ViewSnapshot state = snapshot()) {
            assertThat(KeysView.active(state, false)).isEmpty();
        }
    }

    @Test
    void theFirstRecordAndTheNewestAreShownInTheOrderOfTheLog() {
        record(FIRST, 1, "a");
        record(SECOND, 1, "x");
        record(FIRST, 2, "b");
        record(FIRST, 2, "c");

        try (ViewSnapshot state = snapshot()) {
            assertThat(KeysView.records(state, FIRST, 9))
                    .containsExactly(
                            ByteString.copyFromUtf8("a"), ByteString.copyFromUtf8("b"), ByteString.copyFromUtf8("c"));
            assertThat(KeysView.records(state, FIRST, 2))
                    .containsExactly(ByteString.copyFromUtf8("a"), ByteString.copyFromUtf8("c"));
        }
    }
}
