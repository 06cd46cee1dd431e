package beacon.node.metrics;

import beacon.index.ratis.FsyncTimes;
import beacon.index.ratis.MemberStatus;
import beacon.index.ratis.MemberStatus.Role;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What is read from the member when somebody asks, rather than counted. */
public final class StatusGauges {
    private final PrometheusRegistry registry;
    private final Supplier<MemberStatus> status;

    private StatusGauges(PrometheusRegistry registry, Supplier<MemberStatus> status) {
        this.registry = registry;
        this.status = status;
    }

    /** Registers the gauges; each scrape asks for the status. */
    public static void register(
            PrometheusRegistry registry, Supplier<MemberStatus> status, String member, String version) {
        StatusGauges gauges = new StatusGauges(registry, status);
        gauges.add("beacon_leader", "1 on the leader, else 0.", each -> each.role() == Role.LEADER ? 1 : 0);
        gauges.add(
                "beacon_has_leader",
                "1 when this member knows a leader, else 0.",
                each -> each.leaderId().isEmpty() ? 0 : 1);
        gauges.add(
                "beacon_members",
                "Members of the cluster.",
                each -> each.members().size());
        gauges.add("beacon_term", "Raft term.", MemberStatus::term);
        gauges.add("beacon_last_sequence", "Last sequence this member can read.", MemberStatus::lastSequence);
        gauges.add(
                "beacon_raft_committed_index",
                "Last Raft entry known to be committed.",
                MemberStatus::committedRaftIndex);
        gauges.add("beacon_raft_applied_index", "Last Raft entry applied.", MemberStatus::appliedRaftIndex);
        gauges.add(
                "beacon_apply_lag_entries",
                "Raft entries committed and not yet applied.",
                each -> Math.max(0, each.committedRaftIndex() - each.appliedRaftIndex()));
        gauges.add("beacon_live_pointers", "Addresses in the index.", MemberStatus::livePointers);
        gauges.add("beacon_state_bytes", "Memory the index state takes, an estimate.", MemberStatus::stateBytes);
        gauges.add("beacon_journal_bytes", "Disk the journal takes.", MemberStatus::journalBytes);
        gauges.add(
                "beacon_heap_used_bytes",
                "Java heap in use.",
                ignored ->
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        Info.builder()
                .name("beacon_build")
                .help("What runs here.")
                .labelNames("member", "version", "java")
                .register(registry)
                .setLabelValues(member, version, Runtime.version().toString());
    }

    /** Registers how long fsyncs take, also read at each scrape. */
    public static void registerFsync(PrometheusRegistry registry, Supplier<Optional<FsyncTimes>> times) {
        SummaryWithCallback.builder()
                .name("beacon_fsync_seconds")
                .help("To make waiting Raft entries durable; quantiles of the last minutes.")
                .callback(callback -> times.get()
                        .ifPresent(now -> callback.call(
                                now.count(),
                                Double.NaN,
                                Quantiles.builder()
                                        .quantile(0.5, now.medianSeconds())
                                        .quantile(0.99, now.p99Seconds())
                                        .quantile(1, now.maxSeconds())
                                        .build())))
                .register(registry);
    }

    private void add(String name, String help, ToDoubleFunction<MemberStatus> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.applyAsDouble(status.get())))
                .register(registry);
    }
}
