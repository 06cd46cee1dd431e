package beacon.node.beats;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frames that came: which one is the newest, and whether they still come. Only a frame with a larger number than all
 * before counts; so one that comes twice or late changes nothing. Keeps one frame and five counters. For any thread.
 */
public final class FrameFlow {
    /** What became of a frame. */
    public enum Outcome {
        ACCEPTED,
        /** Its number is not larger than that of one before. */
        REPEATED,
        /** Of another cluster. */
        FOREIGN,
        MALFORMED,
        OVERSIZED
    }

    private static final Logger LOG = LoggerFactory.getLogger(FrameFlow.class);

    /** Beats without a frame after which nobody waits for the next one. */
    private static final int PATIENCE_BEATS = 3;

    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

    private final String clusterId;
    private final LongSupplier nanos;
    private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    private @Nullable BeatFrame newest;
    private long arrivedNanos;

    /**
     * No frames yet.
     *
     * @param clusterId of the frames that are wanted
     * @param nanos time that only grows
     */
    public FrameFlow(String clusterId, LongSupplier nanos) {
        this.clusterId = clusterId;
        this.nanos = nanos;
    }

    /** Takes a frame, if it is one and says something new. */
    public synchronized Outcome offer(byte[] bytes) {
        Outcome outcome = judge(bytes);
        counts.merge(outcome, 1L, Long::sum);
        return outcome;
    }

    private Outcome judge(byte[] bytes) {
        if (bytes.length > BeatFrame.MAX_BYTES) {
            return Outcome.OVERSIZED;
        }
        BeatFrame frame;
        try {
            frame = BeatFrame.parse(bytes);
        } catch (IllegalArgumentException e) {
            LOG.debug("beat_frame_dropped cause=\"{}\"", e.getMessage());
            return Outcome.MALFORMED;
        }
        if (!frame.clusterId().equals(clusterId)) {
            return Outcome.FOREIGN;
        }
        BeatFrame known = newest;
        if (known != null && frame.beatIndex() <= known.beatIndex()) {
            return Outcome.REPEATED;
        }
        newest = frame;
        arrivedNanos = nanos.getAsLong();
        return Outcome.ACCEPTED;
    }

    /** The newest frame, unless the next ones fail to come: by its tempo, which may be another one than before. */
    public synchronized Optional<BeatFrame> current() {
        BeatFrame known = newest;
        if (known == null) {
            return Optional.empty();
        }
        Duration patience = known.beat().multipliedBy(PATIENCE_BEATS);
        Duration silence = Duration.ofNanos(nanos.getAsLong() - arrivedNanos);
        Duration limit = patience.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : patience;
        return silence.compareTo(limit) <= 0 ? Optional.of(known) : Optional.empty();
    }

    /** Frames so far that became this. */
    public synchronized long count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0L);
    }
}
