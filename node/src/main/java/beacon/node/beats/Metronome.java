package beacon.node.beats;

import beacon.index.log.AppendResult;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local source of beats. The number of a beat is how often its length fits into the time since 1970, so that whoever
 * leads next goes on counting; the log refuses a number that was struck before.
 */
public final class Metronome implements BeatSource {
    /** Its name on the log. */
    public static final String SOURCE = "local";

    private static final Logger LOG = LoggerFactory.getLogger(Metronome.class);

    private final BeatLog log;
    private final Cadence cadence;
    private final InstantSource clock;
    private long last;

    public Metronome(BeatLog log, Cadence cadence, InstantSource clock) {
        this.log = log;
        this.cadence = cadence;
        this.clock = clock;
        this.last = number();
    }

    private long number() {
        return clock.millis() / cadence.beat().toMillis();
    }

    @Override
    public Optional<Struck> tick() throws InterruptedException {
        long now = number();
        boolean reverb = cadence.isReverb(last, now);
        if (!reverb && !cadence.isPulse(last, now)) {
            return Optional.empty();
        }
        AppendResult result = log.strike(reverb, now, SOURCE, "");
        if (result instanceof AppendResult.Accepted accepted) {
            last = now;
            return Optional.of(new Struck(accepted.firstSequence(), now, reverb));
        }
        LOG.debug("beat_refused beat={} cause=\"{}\"", now, result);
        return Optional.empty();
    }

    @Override
    public void skip() {
        last = number();
    }

    @Override
    public void close() {}
}
