package beacon.node.beats;

import beacon.index.log.AppendResult;
import beacon.model.Reason;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats as frames of a BACKBEAT say them, and those of the local metronome while no frames come. The number of a frame is
 * the number of the beat on the log, which refuses one that is not larger: whoever leads, and however often it hears of a
 * beat, it is there once.
 */
public final class Backbeat implements BeatSource {
    private static final Logger LOG = LoggerFactory.getLogger(Backbeat.class);

    private final FrameFlow frames;
    private final BeatSource local;
    private final BeatLog log;
    private final Cadence cadence;
    private volatile boolean external;
    private long last;

    /**
     * Both sources.
     *
     * @param local takes over
     */
    public Backbeat(FrameFlow frames, BeatSource local, BeatLog log, Cadence cadence) {
        this.frames = frames;
        this.local = local;
        this.log = log;
        this.cadence = cadence;
    }

    @Override
    public Optional<Struck> tick() throws InterruptedException {
        Optional<BeatFrame> frame = frames.current();
        if (frame.isEmpty()) {
            if (external) {
                LOG.warn("beats_stopped last_beat={} now=local", last);
                external = false;
            }
            return local.tick();
        }
        if (!external) {
            LOG.info(
                    "beats_from_nats cluster={} beat={}",
                    frame.get().clusterId(),
                    frame.get().beatIndex());
            external = true;
            // What was due before, the local metronome struck.
            last = Math.max(last, frame.get().beatIndex() - 1);
        }
        local.skip();
        return strike(frame.get());
    }

    private Optional<Struck> strike(BeatFrame frame) throws InterruptedException {
        long now = frame.beatIndex();
        boolean reverb = cadence.isReverb(last, now);
        if (!reverb && !cadence.isPulse(last, now)) {
            return Optional.empty();
        }
        AppendResult result = log.strike(reverb, now, frame.clusterId(), frame.windowId());
        if (result instanceof AppendResult.Accepted accepted) {
            last = now;
            return Optional.of(new Struck(accepted.firstSequence(), now, reverb));
        }
        if (result instanceof AppendResult.Refused refused && refused.refusal().reason() == Reason.BEAT_OUT_OF_ORDER) {
            // Another member struck it while it led.
            last = now;
        }
        LOG.debug("beat_refused beat={} cause=\"{}\"", now, result);
        return Optional.empty();
    }

    @Override
    public void skip() {
        frames.current().ifPresent(frame -> last = frame.beatIndex());
        local.skip();
    }

    /** Whether frames set the beat now. */
    public boolean isExternal() {
        return external;
    }

    @Override
    public void close() {
        local.close();
    }
}
