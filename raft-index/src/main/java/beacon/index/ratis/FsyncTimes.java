package beacon.index.ratis;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.impl.RatisMetricRegistryImpl;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.server.metrics.RaftLogMetricsBase;
import org.apache.ratis.server.metrics.SegmentedRaftLogMetrics;
import org.apache.ratis.thirdparty.com.codahale.metrics.Snapshot;
import org.apache.ratis.thirdparty.com.codahale.metrics.Timer;

/**
 * How long the disk takes to make Raft entries durable: one fsync for all entries that wait for it. Quantiles are of
 * the last five minutes or so.
 *
 * @param count of fsyncs since the start
 * @param medianSeconds half of them were faster
 * @param p99Seconds of a hundred, one was slower
 * @param maxSeconds the slowest
 */
public record FsyncTimes(long count, double medianSeconds, double p99Seconds, double maxSeconds) {
    private static final String COMPONENT = RaftLogMetricsBase.RATIS_LOG_WORKER_METRICS;
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Ratis measures them; its registry is one for all members of a process. Empty before the member started. */
    static Optional<FsyncTimes> of(RaftGroupMemberId member) {
        return MetricRegistries.global().getMetricRegistries().stream()
                .filter(each -> isLogOf(member.toString(), each))
                .findFirst()
                .map(RatisMetricRegistryImpl.class::cast)
                .map(each -> each.get(SegmentedRaftLogMetrics.RAFT_LOG_SYNC_TIME))
                .map(Timer.class::cast)
                .map(FsyncTimes::of);
    }

    private static boolean isLogOf(String member, RatisMetricRegistry registry) {
        return registry.getMetricRegistryInfo().getMetricsComponentName().equals(COMPONENT)
                && registry.getMetricRegistryInfo().getPrefix().equals(member);
    }

    private static FsyncTimes of(Timer timer) {
        Snapshot times = timer.getSnapshot();
        return new FsyncTimes(
                timer.getCount(),
                times.getMedian() / NANOS,
                times.get99thPercentile() / NANOS,
                (double) times.getMax() / NANOS);
    }
}
