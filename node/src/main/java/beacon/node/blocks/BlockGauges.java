package beacon.node.blocks;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.concurrent.TimeUnit;

/** The numbers of blocks and their exchange for Prometheus; a scrape asks once. */
public final class BlockGauges implements MultiCollector {
    private static final String PREFIX = "beacon_";
    private static final long ANSWER_SECONDS = 5;

    private final BlockService blocks;

    private BlockGauges(BlockService blocks) {
        this.blocks = blocks;
    }

    public static void register(PrometheusRegistry registry, BlockService blocks) {
        registry.register(new BlockGauges(blocks));
    }

    @Override
    public MetricSnapshots collect() {
        BlockMetrics metrics =
                blocks.metrics().orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        metrics.gauges()
                .forEach((name, value) -> all.metricSnapshot(GaugeSnapshot.builder()
                        .name(PREFIX + name)
                        .help(name.replace('_', ' ') + ", now.")
                        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                        .build()));
        metrics.counters()
                .forEach((name, value) -> all.metricSnapshot(CounterSnapshot.builder()
                        .name(PREFIX + name)
                        .help(name.replace('_', ' ') + " since the start.")
                        .dataPoint(
                                CounterDataPointSnapshot.builder().value(value).build())
                        .build()));
        return all.build();
    }
}
