package beacon.node.announce;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** What keeps a storage node from announcing what it should, for Prometheus; the margins are among the DHT's numbers. */
public final class AnnounceGauges implements MultiCollector {
    private final Announcing announcing;

    private AnnounceGauges(Announcing announcing) {
        this.announcing = announcing;
    }

    public static void register(PrometheusRegistry registry, Announcing announcing) {
        registry.register(new AnnounceGauges(announcing));
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.builder()
                .metricSnapshot(gauge(
                        "beacon_announce_hears_log",
                        "1 while what is announced follows the log.",
                        announcing.hearsLog() ? 1 : 0))
                .metricSnapshot(
                        gauge("beacon_announce_absent", "Manifests placed here that are not in the store.", (double)
                                announcing.absent()))
                .metricSnapshot(gauge(
                        "beacon_announce_refused", "Manifests placed here for which the schedule has no room.", (double)
                                announcing.refused()))
                .build();
    }

    private static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }
}
