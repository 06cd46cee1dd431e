package beacon.node.steward;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the steward of this member found and did, read at each scrape; all zero on a member that never led. */
public final class StewardGauges {
    private StewardGauges() {}

    /** Registers the gauges. */
    public static void register(PrometheusRegistry registry, MemberSteward steward) {
        gauge(
                registry,
                "endangered_groups",
                "Groups of shards that were not whole.",
                () -> steward.latest().endangered());
        gauge(
                registry,
                "unreadable_groups",
                "Groups with fewer shards than needed, at most 100.",
                () -> steward.latest().unreadable().size());
        gauge(
                registry,
                "deferred_groups",
                "Groups of which something waits for a place or its turn.",
                () -> steward.latest().deferred());
        differing(registry, steward::differing);
        steward.nats().ifPresent(nats -> nats.register(registry));
        counter(registry, "healed_shards", "Columns of shards that were brought back.", steward::healed);
        counter(registry, "failed_heals", "Heals that failed.", steward::failed);
        counter(registry, "audited_blocks", "Blocks that storage nodes had to show.", steward::audited);
        counter(registry, "missing_blocks", "Blocks that they could not show.", steward::missing);
        counter(registry, "repair_read_bytes", "Bytes that repairs read.", steward::bytesRead);
    }

    static void differing(PrometheusRegistry registry, Supplier<SortedMap<String, Boolean>> differing) {
        GaugeWithCallback.builder()
                .name("beacon_projections_differ")
                .help("1 when members hold different projections: act. Compared on each reverb by the member that"
                        + " leads.")
                .labelNames("projection")
                .callback(
                        callback -> differing.get().forEach((name, differ) -> callback.call(differ ? 1.0 : 0.0, name)))
                .register(registry);
    }

    private static void gauge(PrometheusRegistry registry, String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name("beacon_steward_" + name)
                .help(help + " At the last decision of this member.")
                .callback(callback -> callback.call((double) value.getAsLong()))
                .register(registry);
    }

    private static void counter(PrometheusRegistry registry, String name, String help, LongSupplier value) {
        CounterWithCallback.builder()
                .name("beacon_steward_" + name)
                .help(help)
                .callback(callback -> callback.call((double) value.getAsLong()))
                .register(registry);
    }
}
