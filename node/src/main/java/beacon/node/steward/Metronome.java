package beacon.node.steward;

import beacon.index.log.AppendResult;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.BeatKind;
import beacon.proto.v1.BeatStruck;
import beacon.proto.v1.Event;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local source of beats. The number of a beat is how often its length fits into the time since 1970, so that whoever
 * leads next goes on counting; the log refuses a number that was struck before.
 */
final class Metronome {
    static final String SOURCE = "local";

    private static final Logger LOG = LoggerFactory.getLogger(Metronome.class);

    private final LeaderLog log;
    private final StewardSettings settings;
    private final InstantSource clock;
    private long last;

    Metronome(LeaderLog log, StewardSettings settings, InstantSource clock) {
        this.log = log;
        this.settings = settings;
        this.clock = clock;
        this.last = number();
    }

    private long number() {
        return clock.millis() / settings.beat().toMillis();
    }

    /** A beat on the log. */
    record Struck(long sequence, boolean isReverb) {}

    /** Strikes the pulse or reverb that is due. */
    Optional<Struck> tick() throws InterruptedException {
        long now = number();
        boolean reverb = now / settings.barBeats() > last / settings.barBeats();
        boolean pulse = now / settings.pulseBeats() > last / settings.pulseBeats();
        if (!reverb && !pulse) {
            return Optional.empty();
        }
        AppendResult result = log.append(AppendRequest.newBuilder()
                .addEvents(Event.newBuilder()
                        .setBeatStruck(BeatStruck.newBuilder()
                                .setKind(reverb ? BeatKind.BEAT_KIND_REVERB : BeatKind.BEAT_KIND_PULSE)
                                .setBeatIndex(now)
                                .setSource(SOURCE))));
        if (result instanceof AppendResult.Accepted accepted) {
            last = now;
            return Optional.of(new Struck(accepted.firstSequence(), reverb));
        }
        LOG.debug("beat_refused beat={} cause=\"{}\"", now, result);
        return Optional.empty();
    }
}
