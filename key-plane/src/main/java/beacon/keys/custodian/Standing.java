package beacon.keys.custodian;

import beacon.model.Event.KeyState;
import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a custodian has heard from the log about keys. A key opens while the log calls it active, decrypt-only or
 * compromised; one that the log does not know opens nothing. Without a log every key opens. Safe for many threads.
 */
final class Standing {
    private final boolean followsLog;
    private final SortedMap<ByteString, KeyState> states = HeardFile.map();
    private final SortedMap<ByteString, Integer> epochs = HeardFile.map();
    private long version;

    /** Goes on from what was heard before; empty for nothing. */
    Standing(boolean followsLog, Optional<HeardFile.Heard> before) {
        this.followsLog = followsLog;
        before.ifPresent(heard -> {
            states.putAll(heard.states());
            epochs.putAll(heard.epochs());
        });
    }

    synchronized SortedMap<ByteString, KeyState> states() {
        return new TreeMap<>(states);
    }

    synchronized SortedMap<ByteString, Integer> epochs() {
        return new TreeMap<>(epochs);
    }

    /** Why nothing of the key is opened; empty when it may be. */
    synchronized Optional<String> refuses(ByteString keyId) {
        if (!followsLog) {
            return Optional.empty();
        }
        KeyState state = states.get(keyId);
        if (state == null) {
            return Optional.of("expected a key that was activated on the log, but found another one");
        }
        return switch (state) {
            case ACTIVE, DECRYPT_ONLY, COMPROMISED -> Optional.empty();
            case RETIRED, DESTROYED -> Optional.of("expected a key that opens, but found it " + state);
        };
    }

    /** Grows with everything that may turn a granted answer into a refused one. */
    synchronized long version() {
        return version;
    }

    synchronized void heardState(ByteString keyId, KeyState state, ByteString replaced) {
        states.put(keyId, state);
        if (state == KeyState.ACTIVE) {
            states.computeIfPresent(replaced, (id, before) -> KeyState.DECRYPT_ONLY);
        }
        version++;
    }

    synchronized void heardRevocation() {
        version++;
    }

    synchronized void heardEpoch(ByteString keyId, int epoch) {
        Integer before = epochs.put(keyId, Math.max(epoch, epochs.getOrDefault(keyId, -1)));
        if (before == null || before < epoch) {
            version++;
        }
    }

    /** Whether the log has this epoch of a key, or a later one. */
    synchronized boolean hasEpoch(ByteString keyId, int epoch) {
        return epochs.getOrDefault(keyId, -1) >= epoch;
    }
}
