package beacon.views.deletions;

import beacon.model.Event;
import beacon.model.PolicyNames;
import beacon.proto.v1.HoldState;
import beacon.proto.v1.RetentionState;
import beacon.proto.v1.TombstoneState;
import beacon.proto.v1.TombstoneVote;
import beacon.views.Keys;
import beacon.views.LogEntry;
import beacon.views.MessageValues;
import beacon.views.StateReader;
import beacon.views.View;
import beacon.views.ViewState;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tombstones, open ones and those that led to a release, which stay for ever; holds; how long what is kept; and when the log
 * was last restored from a backup.
 */
public final class DeletionsView implements View {
    private static final byte[] TOMBSTONE = {'t'};
    private static final byte[] OPEN = {'o'};
    private static final byte[] RELEASED = {'r'};
    private static final byte[] HOLD = {'h'};
    private static final byte[] RETENTION = {'k'};
    private static final byte[] RESTORED = {'b'};
    private static final byte[] NOTHING = {};
    private static final MessageValues<TombstoneState> TOMBSTONES =
            new MessageValues<>(TombstoneState.parser(), "the state of a tombstone");
    private static final MessageValues<HoldState> HOLDS =
            new MessageValues<>(HoldState.parser(), "the state of a hold");
    private static final MessageValues<RetentionState> RULES =
            new MessageValues<>(RetentionState.parser(), "a rule of retention");

    /**
     * A restore of the log from a backup.
     *
     * @param sequence of the event that says so; 0 when the log never was
     */
    public record Restore(long sequence, long timeUnixMicros) {}

    @Override
    public String name() {
        return "deletions";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void evolve(LogEntry entry, ViewState state) {
        switch (entry.eventType()) {
            case beacon.proto.v1.Event.TOMBSTONE_PROPOSED_FIELD_NUMBER,
                    beacon.proto.v1.Event.TOMBSTONE_VOTED_FIELD_NUMBER,
                    beacon.proto.v1.Event.TOMBSTONE_WITHDRAWN_FIELD_NUMBER,
                    beacon.proto.v1.Event.PIN_RELEASED_FIELD_NUMBER -> tombstone(entry, state);
            case beacon.proto.v1.Event.HOLD_PLACED_FIELD_NUMBER, beacon.proto.v1.Event.HOLD_LIFTED_FIELD_NUMBER ->
                hold(entry, state);
            case beacon.proto.v1.Event.POLICY_CHANGED_FIELD_NUMBER -> {
                if (entry.event() instanceof Event.PolicyChanged changed
                        && changed.name().equals(PolicyNames.RETENTION)) {
                    retention(entry, changed, state);
                }
            }
            case beacon.proto.v1.Event.HISTORY_RESTORED_FIELD_NUMBER ->
                state.put(
                        RESTORED,
                        ByteBuffer.allocate(2 * Long.BYTES)
                                .putLong(entry.sequence())
                                .putLong(entry.timeUnixMicros())
                                .array());
            default -> {
                // Not about deletion.
            }
        }
    }

    private static void tombstone(LogEntry entry, ViewState state) {
        if (entry.event() instanceof Event.TombstoneProposed proposed) {
            put(
                    TombstoneState.newBuilder()
                            .setManifestCid(proposed.manifest().bytes())
                            .setProposedSequence(entry.sequence())
                            .setProposedUnixMicros(entry.timeUnixMicros())
                            .setActor(entry.actor())
                            .setReason(proposed.reason()),
                    state);
        } else if (entry.event() instanceof Event.TombstoneVoted voted) {
            ByteString manifest = voted.manifest().bytes();
            TombstoneState.Builder known = open(state, manifest)
                    .map(TombstoneState::toBuilder)
                    .orElseGet(() -> TombstoneState.newBuilder()
                            .setManifestCid(manifest)
                            .setReason("released before a restore, as nodes remember")
                            .setActor(entry.actor())
                            .setProposedUnixMicros(entry.timeUnixMicros()));
            put(
                    known.addVotes(TombstoneVote.newBuilder()
                            .setNodeId(voted.nodeId())
                            .setSequence(entry.sequence())
                            .setUnixMicros(entry.timeUnixMicros())
                            .setRemembered(voted.proposal() == 0)),
                    state);
        } else if (entry.event() instanceof Event.TombstoneWithdrawn withdrawn) {
            remove(withdrawn.manifest().bytes(), state);
        } else if (entry.event() instanceof Event.PinReleased released) {
            ByteString manifest = released.manifest().bytes();
            TombstoneState.Builder known = open(state, manifest)
                    .map(TombstoneState::toBuilder)
                    .orElseGet(() -> TombstoneState.newBuilder()
                            .setManifestCid(manifest)
                            .setActor(entry.actor())
                            .setReason(released.reason()));
            known.setReleasedSequence(entry.sequence()).setReleasedUnixMicros(entry.timeUnixMicros());
            state.remove(Keys.of(OPEN, manifest.toByteArray()));
            state.put(Keys.of(TOMBSTONE, manifest.toByteArray()), known.build().toByteArray());
            state.put(Keys.of(RELEASED, Keys.of(entry.sequence())), manifest.toByteArray());
        }
    }

    private static void put(TombstoneState.Builder tombstone, ViewState state) {
        byte[] manifest = tombstone.getManifestCid().toByteArray();
        state.put(Keys.of(TOMBSTONE, manifest), tombstone.build().toByteArray());
        state.put(Keys.of(OPEN, manifest), NOTHING);
    }

    private static void remove(ByteString manifest, ViewState state) {
        if (open(state, manifest).isPresent()) {
            state.remove(Keys.of(TOMBSTONE, manifest.toByteArray()));
            state.remove(Keys.of(OPEN, manifest.toByteArray()));
        }
    }

    private static Optional<TombstoneState> open(StateReader state, ByteString manifest) {
        return find(state, manifest).filter(tombstone -> tombstone.getReleasedSequence() == 0);
    }

    private static void hold(LogEntry entry, ViewState state) {
        if (entry.event() instanceof Event.HoldPlaced placed) {
            ByteString manifest = placed.manifest().bytes();
            remove(manifest, state);
            state.put(
                    hold(manifest, placed.name()),
                    HoldState.newBuilder()
                            .setManifestCid(manifest)
                            .setName(placed.name())
                            .setReason(placed.reason())
                            .setActor(entry.actor())
                            .setSequence(entry.sequence())
                            .setUnixMicros(entry.timeUnixMicros())
                            .build()
                            .toByteArray());
        } else if (entry.event() instanceof Event.HoldLifted lifted) {
            state.remove(hold(lifted.manifest().bytes(), lifted.name()));
        }
    }

    private static byte[] hold(ByteString manifest, String name) {
        return Keys.of(HOLD, manifest.toByteArray(), Keys.of(name));
    }

    private static void retention(LogEntry entry, Event.PolicyChanged changed, ViewState state) {
        long seconds = changed.settings().stream()
                .filter(setting -> setting.key().equals(PolicyNames.KEEP))
                .flatMap(setting -> PolicyNames.keep(setting.value()).stream())
                .mapToLong(Duration::toSeconds)
                .findFirst()
                .orElse(0);
        byte[] key = Keys.of(RETENTION, Keys.of(changed.scope()));
        if (seconds == 0 && changed.scope().isEmpty()) {
            state.remove(key);
            return;
        }
        // A rule of no time at all stays: it is an exception from that of a shorter prefix.
        state.put(
                key,
                RetentionState.newBuilder()
                        .setScope(changed.scope())
                        .setSeconds(seconds)
                        .setChangedSequence(entry.sequence())
                        .build()
                        .toByteArray());
    }

    /** The tombstone of an artifact, open or released. */
    public static Optional<TombstoneState> find(StateReader state, ByteString manifest) {
        return TOMBSTONES.find(state, Keys.of(TOMBSTONE, manifest.toByteArray()));
    }

    /**
     * Open tombstones in the order of their manifests.
     *
     * @param after manifest of the last one that the caller has; empty to begin
     */
    public static List<TombstoneState> open(StateReader state, ByteString after, int atMost) {
        byte[] from = after.isEmpty() ? OPEN : Keys.next(Keys.of(OPEN, after.toByteArray()));
        List<TombstoneState> found = new ArrayList<>();
        state.scan(from, Keys.after(OPEN), (key, value) -> {
            find(state, ByteString.copyFrom(key, 1, key.length - 1)).ifPresent(found::add);
            return found.size() < atMost;
        });
        return found;
    }

    /** Tombstones that led to a release after a sequence, in the order of the releases. */
    public static List<TombstoneState> released(StateReader state, long after, int atMost) {
        List<TombstoneState> found = new ArrayList<>();
        state.scan(Keys.of(RELEASED, Keys.of(after + 1)), Keys.after(RELEASED), (key, value) -> {
            find(state, ByteString.copyFrom(value)).ifPresent(found::add);
            return found.size() < atMost;
        });
        return found;
    }

    /** Holds of one artifact, in the order of their names. */
    public static List<HoldState> holds(StateReader state, ByteString manifest, int atMost) {
        byte[] all = Keys.of(HOLD, manifest.toByteArray());
        return HOLDS.list(state, all, Keys.after(all), atMost);
    }

    /**
     * All holds, in the order of manifest and name.
     *
     * @param after the last one that the caller has, if it has any
     */
    public static List<HoldState> holds(StateReader state, Optional<HoldState> after, int atMost) {
        byte[] from = after.map(last -> Keys.next(hold(last.getManifestCid(), last.getName())))
                .orElse(HOLD);
        return HOLDS.list(state, from, Keys.after(HOLD), atMost);
    }

    /** All rules of retention, in the order of their scopes. */
    public static List<RetentionState> retention(StateReader state) {
        return RULES.list(state, RETENTION, Keys.after(RETENTION), Integer.MAX_VALUE);
    }

    /** The last restore. */
    public static Restore restored(StateReader state) {
        byte[] value = state.get(RESTORED);
        if (value == null) {
            return new Restore(0, 0);
        }
        ByteBuffer numbers = ByteBuffer.wrap(value);
        return new Restore(numbers.getLong(), numbers.getLong());
    }
}
