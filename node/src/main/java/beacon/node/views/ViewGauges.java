package beacon.node.views;

import beacon.views.Checkpoint;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** How far the projections are, read at each scrape. */
public final class ViewGauges {
    private ViewGauges() {}

    /** Registers the gauges. */
    public static void register(
            PrometheusRegistry registry, Supplier<Map<String, Checkpoint>> checkpoints, LongSupplier lastSequence) {
        GaugeWithCallback.builder()
                .name("beacon_projection_sequence")
                .help("Last entry of the log in the projection.")
                .labelNames("projection")
                .callback(callback -> checkpoints
                        .get()
                        .forEach((name, checkpoint) -> callback.call((double) checkpoint.sequence(), name)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("beacon_projection_lag_entries")
                .help("Entries of the log that this member has and the projection has not.")
                .labelNames("projection")
                .callback(callback -> checkpoints
                        .get()
                        .forEach((name, checkpoint) -> callback.call(
                                (double) Math.max(0, lastSequence.getAsLong() - checkpoint.sequence()), name)))
                .register(registry);
    }
}
