package beacon.index.state;

import beacon.model.Event;
import beacon.model.Event.KeyState;
import beacon.model.Reason;
import beacon.model.Refusal;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Organisation keys, their standing, and how many artifacts have their present header of each. A header is set only to an
 * active key, so the count of any other key only falls: once it is zero it stays zero, and the key may retire.
 */
final class KeyTable {
    /** Keys that ever were active at most: one a day for eleven years. */
    static final int MAX_KEYS = 4096;

    private final SortedMap<ByteString, Standing> keys = new TreeMap<>(ByteString.unsignedLexicographicalComparator());

    /**
     * What is known of a key.
     *
     * @param live artifacts whose present header is of this key
     */
    private record Standing(KeyState state, boolean dropBox, long live) {
        Standing with(KeyState other) {
            return new Standing(other, dropBox, live);
        }

        Standing plus(long headers) {
            return new Standing(state, dropBox, live + headers);
        }
    }

    KeyTable copy() {
        KeyTable copy = new KeyTable();
        copy.keys.putAll(keys);
        return copy;
    }

    /** Whether a header may be set to this key; why not. */
    Optional<Refusal> refusesHeader(ByteString keyId) {
        Standing standing = keys.get(keyId);
        if (standing != null && standing.state() == KeyState.ACTIVE) {
            return Optional.empty();
        }
        return forbid("expected a header for an active key, but found one for a key that is %s; seal to the active key"
                .formatted(nameOf(standing)));
    }

    /** Whether a key may change so; why not. */
    Optional<Refusal> refuses(Event.KeyStateChanged change) {
        Standing standing = keys.get(change.keyId());
        KeyState from = standing == null ? null : standing.state();
        boolean allowed = switch (change.state()) {
            case ACTIVE -> from == null;
            case DECRYPT_ONLY -> from == KeyState.ACTIVE;
            case COMPROMISED -> from == KeyState.ACTIVE || from == KeyState.DECRYPT_ONLY;
            case RETIRED -> from == KeyState.DECRYPT_ONLY || from == KeyState.COMPROMISED;
            case DESTROYED -> from != null && from != KeyState.DESTROYED;
        };
        if (!allowed) {
            return forbid("expected a key that may become %s, but found one that is %s"
                    .formatted(change.state(), nameOf(standing)));
        }
        if (change.state() == KeyState.RETIRED && standing != null && standing.live() > 0) {
            return forbid("expected no artifact with a header of the key, but found %d; rewrap them first"
                    .formatted(standing.live()));
        }
        return change.state() == KeyState.ACTIVE ? refusesActive(change) : Optional.empty();
    }

    private Optional<Refusal> refusesActive(Event.KeyStateChanged change) {
        ByteString active = active(change.dropBox()).orElse(ByteString.EMPTY);
        if (!active.equals(change.replaces())) {
            return forbid("expected the change to replace the active key of its kind, %s, but found it replaces %s"
                    .formatted(hex(active), hex(change.replaces())));
        }
        if (keys.size() >= MAX_KEYS) {
            return Optional.of(Refusal.of(
                    Reason.LIMIT_REACHED, "expected at most %d keys, but found one more".formatted(MAX_KEYS)));
        }
        return Optional.empty();
    }

    private Optional<ByteString> active(boolean dropBox) {
        return keys.entrySet().stream()
                .filter(entry -> entry.getValue().state() == KeyState.ACTIVE)
                .filter(entry -> entry.getValue().dropBox() == dropBox)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static String nameOf(@Nullable Standing standing) {
        return standing == null ? "unknown" : standing.state().name();
    }

    private static String hex(ByteString keyId) {
        return keyId.isEmpty() ? "none" : java.util.HexFormat.of().formatHex(keyId.toByteArray());
    }

    private static Optional<Refusal> forbid(String message) {
        return Optional.of(Refusal.of(Reason.KEY_STATE_FORBIDS, message));
    }

    void evolve(Event.KeyStateChanged change) {
        Standing standing = keys.get(change.keyId());
        keys.put(
                change.keyId(),
                standing == null ? new Standing(change.state(), change.dropBox(), 0) : standing.with(change.state()));
        Standing replaced = keys.get(change.replaces());
        if (change.state() == KeyState.ACTIVE && replaced != null) {
            keys.put(change.replaces(), replaced.with(KeyState.DECRYPT_ONLY));
        }
    }

    /**
     * An artifact's present header is now of another key.
     *
     * @param before empty for the first header of the artifact
     */
    void moveHeader(ByteString before, ByteString after) {
        keys.computeIfPresent(before, (id, standing) -> standing.plus(-1));
        keys.computeIfPresent(after, (id, standing) -> standing.plus(1));
    }

    void writeTo(CodedOutputStream out) throws IOException {
        out.writeUInt32NoTag(keys.size());
        for (Map.Entry<ByteString, Standing> key : keys.entrySet()) {
            out.writeBytesNoTag(key.getKey());
            out.writeStringNoTag(key.getValue().state().name());
            out.writeBoolNoTag(key.getValue().dropBox());
            out.writeUInt64NoTag(key.getValue().live());
        }
    }

    static KeyTable read(CodedInputStream in) throws IOException {
        KeyTable table = new KeyTable();
        for (int left = in.readUInt32(); left > 0; left--) {
            table.keys.put(
                    in.readBytes(), new Standing(KeyState.valueOf(in.readString()), in.readBool(), in.readUInt64()));
        }
        return table;
    }
}
