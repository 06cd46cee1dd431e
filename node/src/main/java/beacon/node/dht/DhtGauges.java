package beacon.node.dht;

import beacon.dht.kademlia.KadCounters;
import beacon.dht.node.DhtMetrics;
import beacon.dht.node.DhtNode;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The numbers of a DHT node for Prometheus; a scrape asks the node once. */
public final class DhtGauges implements MultiCollector {
    private static final String PREFIX = "beacon_dht_";
    private static final List<String> IN_HISTOGRAMS = List.of("query_millis", "query_hops");
    private static final long ANSWER_SECONDS = 5;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final DhtNode node;

    private DhtGauges(DhtNode node) {
        this.node = node;
    }

    public static void register(PrometheusRegistry registry, DhtNode node) {
        registry.register(new DhtGauges(node));
    }

    @Override
    public MetricSnapshots collect() {
        DhtMetrics metrics =
                node.metrics().orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        metrics.gauges()
                .forEach((name, value) -> all.metricSnapshot(GaugeSnapshot.builder()
                        .name(PREFIX + name)
                        .help(words(name) + ", now.")
                        .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                .value(value)
                                .build())
                        .build()));
        metrics.counters().entrySet().stream()
                .filter(counter -> !IN_HISTOGRAMS.contains(counter.getKey()))
                .forEach(counter -> all.metricSnapshot(CounterSnapshot.builder()
                        .name(PREFIX + counter.getKey())
                        .help(words(counter.getKey()) + " since the start.")
                        .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                                .value(counter.getValue())
                                .build())
                        .build()));
        KadCounters.Histograms query = metrics.query();
        all.metricSnapshot(histogram(
                "query_seconds",
                "Time of a query.",
                KadCounters.MILLIS_BOUNDS.stream()
                        .map(millis -> millis / MILLIS_PER_SECOND)
                        .toList(),
                query.byMillis(),
                metrics.counters().getOrDefault("query_millis", 0L) / MILLIS_PER_SECOND));
        all.metricSnapshot(histogram(
                "query_hops",
                "Requests on the way to the closest peer of a query.",
                KadCounters.HOPS_BOUNDS.stream().map(Integer::doubleValue).toList(),
                query.byHops(),
                metrics.counters().getOrDefault("query_hops", 0L)));
        return all.build();
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }

    private static HistogramSnapshot histogram(
            String name, String help, List<Double> bounds, List<Long> counts, double sum) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < counts.size(); i++) {
            buckets.bucket(i < bounds.size() ? bounds.get(i) : Double.POSITIVE_INFINITY, counts.get(i));
        }
        return HistogramSnapshot.builder()
                .name(PREFIX + name)
                .help(help)
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(buckets.build())
                        .sum(sum)
                        .build())
                .build();
    }
}
