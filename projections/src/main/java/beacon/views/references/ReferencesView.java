package beacon.views.references;

import beacon.model.Cid;
import beacon.model.Event;
import beacon.proto.v1.ReferenceState;
import beacon.views.Keys;
import beacon.views.LogEntry;
import beacon.views.StateReader;
import beacon.views.View;
import beacon.views.ViewState;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses by what they point at, and by what they pointed at. */
public final class ReferencesView implements View {
    private static final byte[] TARGET = {'t'};
    private static final byte[] REFERENCE = {'r'};
    private static final byte[] LIVE = {1};
    private static final byte[] PAST = {0};

    @Override
    public String name() {
        return "references";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void evolve(LogEntry entry, ViewState state) {
        if (entry.eventType() == beacon.proto.v1.Event.POINTER_SET_FIELD_NUMBER
                && entry.event() instanceof Event.PointerSet set) {
            byte[] target = set.cid().bytes().toByteArray();
            byte[] before = state.get(target(set.addressKey()));
            if (before == null || !Arrays.equals(before, target)) {
                leave(before, set.addressKey(), state);
                state.put(target(set.addressKey()), target);
                state.put(reference(target, set.addressKey()), LIVE);
            }
        } else if (entry.eventType() == beacon.proto.v1.Event.POINTER_REMOVED_FIELD_NUMBER
                && entry.event() instanceof Event.PointerRemoved removed) {
            leave(state.get(target(removed.addressKey())), removed.addressKey(), state);
            state.remove(target(removed.addressKey()));
        }
    }

    private static void leave(byte @Nullable [] before, String key, ViewState state) {
        if (before != null) {
            state.put(reference(before, key), PAST);
        }
    }

    private static byte[] target(String key) {
        return Keys.of(TARGET, key.getBytes(StandardCharsets.UTF_8));
    }

    /** A CID says its own length, so none begins another. */
    private static byte[] reference(byte[] target, String key) {
        return Keys.of(REFERENCE, target, key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Addresses that point or pointed at something, in their order.
     *
     * @param after key of the last address that the caller has; empty to begin
     */
    public static List<ReferenceState> list(StateReader state, Cid target, String after, int atMost) {
        ByteString manifest = target.bytes();
        byte[] all = Keys.of(REFERENCE, manifest.toByteArray());
        byte[] from = after.isEmpty() ? all : Keys.next(reference(manifest.toByteArray(), after));
        List<ReferenceState> found = new ArrayList<>();
        state.scan(from, Keys.after(all), (key, value) -> {
            found.add(ReferenceState.newBuilder()
                    .setAddressKey(new String(key, all.length, key.length - all.length, StandardCharsets.UTF_8))
                    .setLive(value[0] == LIVE[0])
                    .build());
            return found.size() < atMost;
        });
        return found;
    }
}
