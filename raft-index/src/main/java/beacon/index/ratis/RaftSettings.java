package beacon.index.ratis;

import beacon.index.tls.TlsFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/** Everything that Ratis is told, in one place: storage, durability, timeouts, reads, limits, transport security. */
final class RaftSettings {
    /** An entry is at most a full batch and one append of the largest size over, see AppendBatcher. */
    private static final SizeInBytes MAX_ENTRY = SizeInBytes.valueOf("4MB");

    /** Ratis wants this to be larger than an entry. */
    private static final SizeInBytes WRITE_BUFFER = SizeInBytes.valueOf("8MB");

    private static final SizeInBytes MAX_MESSAGE = SizeInBytes.valueOf("32MB");

    private RaftSettings() {}

    static RaftProperties properties(MemberSettings member) {
        RaftProperties properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(
                properties, List.of(member.raftDirectory().toFile()));
        Path removed = member.dataDirectory().resolve("removed-groups");
        RaftServerConfigKeys.setRemovedGroupsDir(properties, removed.toFile());
        timeouts(properties, member);
        log(properties);
        reads(properties);
        snapshots(properties);
        transport(properties, member);
        return properties;
    }

    private static void timeouts(RaftProperties properties, MemberSettings member) {
        long election = member.electionTimeout().toMillis();
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(election));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(2 * election));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(election / 4));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(election));
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, millis(3 * election));
        RaftServerConfigKeys.Rpc.setSlownessTimeout(properties, millis(60_000));
        RaftServerConfigKeys.Notification.setNoLeaderTimeout(properties, millis(10 * election));
        // A paused process steps down by itself when it runs again; it must not close.
        RaftServerConfigKeys.setSleepDeviationThreshold(properties, millis(election));
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(365, TimeUnit.DAYS));
        // Our own request ids make retries safe; the cache of Ratis only has to span its internal retries.
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, millis(5_000));
        RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, millis(2 * election));
    }

    private static void log(RaftProperties properties) {
        RaftServerConfigKeys.Log.setUseMemory(properties, false);
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("16MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("4MB"));
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, WRITE_BUFFER);
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("32MB"));
        RaftServerConfigKeys.Log.setQueueByteLimit(properties, SizeInBytes.valueOf("32MB"));
        // Commit indexes need no entries of their own: a leader learns them from its followers.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 16);
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, MAX_ENTRY);
        // A follower that answers that it cannot go on must not become one that hears nothing for longer than an
        // election
        // takes, or the leader loses its majority to it.
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, "1ms,10, 200ms,20, 500ms,1000000");
        RaftServerConfigKeys.Log.Appender.setWaitTimeMin(properties, TimeDuration.ZERO);
        // A member that is too far behind fetches state and history itself, see CatchUp.
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
        RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf("64MB"));
    }

    private static void reads(RaftProperties properties) {
        RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        // Waits until what this leader has committed is applied. That it leads is confirmed by TermQuorum, without a
        // lease.
        RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
        RaftServerConfigKeys.Read.setTimeout(properties, millis(5_000));
    }

    private static void snapshots(RaftProperties properties) {
        // Ratis asks often, the state machine decides by events and bytes.
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, 64);
        RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
    }

    private static void transport(RaftProperties properties, MemberSettings member) {
        GrpcConfigKeys.Server.setHost(properties, member.raftListenHost());
        GrpcConfigKeys.Server.setPort(properties, member.raftListenPort());
        GrpcConfigKeys.setMessageSizeMax(properties, MAX_MESSAGE);
        GrpcConfigKeys.setFlowControlWindow(properties, SizeInBytes.valueOf("16MB"));
    }

    /** Raft traffic is mutually authenticated with the member's own certificate. */
    static Parameters security(@Nullable TlsFiles tls) {
        Parameters parameters = new Parameters();
        if (tls != null) {
            GrpcConfigKeys.TLS.setConf(
                    parameters,
                    new GrpcTlsConfig(
                            tls.key().toFile(),
                            tls.certificate().toFile(),
                            tls.ca().toFile(),
                            true));
        }
        return parameters;
    }

    private static TimeDuration millis(long millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }
}
