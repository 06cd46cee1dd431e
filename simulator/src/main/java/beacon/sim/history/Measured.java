package beacon.sim.history;

import beacon.model.Event.MoveCause;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a journal says was done.
 *
 * @param moves columns brought to where they are to be, by cause
 * @param bytesRead by repairs, by cause
 * @param releases artifacts that were deleted again
 * @param wentDown nodes said to be down, each time
 * @param faults columns found to be gone
 */
public record Measured(
        Map<MoveCause, Long> moves,
        Map<MoveCause, Long> bytesRead,
        long pins,
        long releases,
        long wentDown,
        long faults) {
    public Measured {
        moves = Collections.unmodifiableMap(all(moves));
        bytesRead = Collections.unmodifiableMap(all(bytesRead));
    }

    private static Map<MoveCause, Long> all(Map<MoveCause, Long> some) {
        Map<MoveCause, Long> all = new EnumMap<>(MoveCause.class);
        for (MoveCause cause : MoveCause.values()) {
            all.put(cause, some.getOrDefault(cause, 0L));
        }
        return all;
    }

    /** Columns moved for a cause. */
    public long movesFor(MoveCause cause) {
        return moves.getOrDefault(cause, 0L);
    }

    /** Bytes read for a cause. */
    public long bytesFor(MoveCause cause) {
        return bytesRead.getOrDefault(cause, 0L);
    }

    /** Of all causes. */
    public long allMoves() {
        return moves.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Of all causes. */
    public long allBytes() {
        return bytesRead.values().stream().mapToLong(Long::longValue).sum();
    }
}
