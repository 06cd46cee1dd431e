package beacon.node.beats;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * BACKBEAT over NATS as one source of beats: the connection, the frames, and the metronome behind them.
 *
 * @param source what is ticked
 * @param reports what BACKBEAT is told
 */
public record NatsBeats(NatsLink link, FrameFlow frames, Backbeat source, BeatReports reports)
        implements AutoCloseable {
    /**
     * Opens one.
     *
     * @param agent who reports
     * @param arrived called after each frame that counts, by a thread of the connection
     */
    public static NatsBeats open(
            NatsSettings settings, String agent, BeatLog log, BeatSource local, Cadence cadence, Runnable arrived) {
        FrameFlow frames = new FrameFlow(settings.clusterId(), System::nanoTime);
        Consumer<byte[]> taken = bytes -> {
            if (frames.offer(bytes) == FrameFlow.Outcome.ACCEPTED) {
                arrived.run();
            }
        };
        NatsLink link = NatsLink.open(settings, taken);
        return new NatsBeats(
                link, frames, new Backbeat(frames, local, log, cadence), new BeatReports(settings, agent, link::send));
    }

    /** Registers what is counted. */
    public void register(PrometheusRegistry registry) {
        CounterWithCallback.builder()
                .name("beacon_beats_frames")
                .help("Frames of BACKBEAT that came, by what became of them.")
                .labelNames("outcome")
                .callback(callback -> {
                    for (FrameFlow.Outcome outcome : FrameFlow.Outcome.values()) {
                        callback.call(
                                (double) frames.count(outcome), outcome.name().toLowerCase(Locale.ROOT));
                    }
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("beacon_beats_external")
                .help("1 while BACKBEAT sets the beat of this member; 0 while the local metronome does, or another"
                        + " leads.")
                .callback(callback -> callback.call(source.isExternal() ? 1.0 : 0.0))
                .register(registry);
    }

    @Override
    public void close() {
        link.close();
        source.close();
    }
}
