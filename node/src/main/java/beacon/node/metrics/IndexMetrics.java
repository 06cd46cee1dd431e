package beacon.node.metrics;

import beacon.index.observe.IndexObserver;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.TimeUnit;

/** Counts what happens in a member. Every name begins with {@code beacon_}; docs/operations.md lists them. */
public final class IndexMetrics implements IndexObserver {
    /** From a fast disk to a cluster in trouble; about a factor of two apart. */
    private static final double[] LATENCY_SECONDS = {
        0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1, 2, 5, 10
    };

    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final CounterDataPoint appends;
    private final Histogram appendLatency;
    private final CounterDataPoint applied;
    private final Gauge appliedSequence;
    private final Counter refused;
    private final Counter snapshots;
    private final Gauge snapshotSequence;
    private final Counter leaderChanges;
    private final Counter logFailures;
    private final Gauge streams;
    private final Histogram readLatency;

    /** Registers the metrics. */
    public IndexMetrics(PrometheusRegistry registry) {
        appends = counter("beacon_appends", "Appends answered, accepted or refused by the log.", registry)
                .labelValues();
        appendLatency =
                histogram("beacon_append_latency_seconds", "From the arrival of an append to its answer.", registry);
        applied = counter("beacon_appends_applied", "Appends applied by this member.", registry)
                .labelValues();
        appliedSequence = gauge("beacon_applied_sequence", "Last sequence applied by this member.", registry);
        refused = Counter.builder()
                .name("beacon_appends_refused")
                .help("Appends refused, by reason.")
                .labelNames("reason")
                .register(registry);
        snapshots = counter("beacon_snapshots", "Snapshots taken.", registry);
        snapshotSequence = gauge("beacon_snapshot_sequence", "Sequence of the last snapshot.", registry);
        leaderChanges = counter("beacon_leader_changes", "Times this member heard of another leader.", registry);
        logFailures = counter("beacon_log_failures", "Times the Raft log could not be written.", registry);
        streams = gauge("beacon_streams", "Open replay and watch streams.", registry);
        readLatency =
                histogram("beacon_read_confirm_seconds", "To confirm a linearizable read with a majority.", registry);
    }

    private static Counter counter(String name, String help, PrometheusRegistry registry) {
        return Counter.builder().name(name).help(help).register(registry);
    }

    private static Gauge gauge(String name, String help, PrometheusRegistry registry) {
        return Gauge.builder().name(name).help(help).register(registry);
    }

    private static Histogram histogram(String name, String help, PrometheusRegistry registry) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(LATENCY_SECONDS)
                .register(registry);
    }

    @Override
    public void appended(int count, long nanos) {
        appends.inc(count);
        appendLatency.observe((double) nanos / NANOS);
    }

    @Override
    public void applied(int count, long lastSequence) {
        applied.inc(count);
        appliedSequence.set((double) lastSequence);
    }

    @Override
    public void refused(String reason, int count) {
        refused.labelValues(reason).inc(count);
    }

    @Override
    public void snapshotTaken(long sequence) {
        snapshots.inc();
        snapshotSequence.set((double) sequence);
    }

    @Override
    public void leaderChanged(String leaderId) {
        leaderChanges.inc();
    }

    @Override
    public void logFailed(Throwable cause) {
        logFailures.inc();
    }

    @Override
    public void watcherStarted() {
        streams.inc();
    }

    @Override
    public void watcherEnded() {
        streams.dec();
    }

    @Override
    public void readConfirmed(long nanos) {
        readLatency.observe((double) nanos / NANOS);
    }
}
