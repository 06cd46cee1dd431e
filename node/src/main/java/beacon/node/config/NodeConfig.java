package beacon.node.config;

import beacon.index.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What one member of the index is told at start.
 *
 * @param members the members of a new cluster; a member that already has data takes them from there
 * @param data directory for everything this member keeps
 */
public record NodeConfig(
        String memberId,
        String clusterId,
        Path data,
        List<MemberEntry> members,
        Listen listen,
        TlsFiles tls,
        RaftTuning raft,
        Limits limits,
        LogStyle log) {
    /** The Raft quorum grows with the members, and so does the cost of each append. */
    public static final int MAX_MEMBERS = 9;

    /** One member of a new cluster: what others dial. */
    public record MemberEntry(String id, Endpoint raft, Endpoint client) {}

    /** Where this member listens, and what the others dial to reach it. */
    public record Listen(
            Endpoint client, Endpoint clientAdvertised, Endpoint raft, Endpoint raftAdvertised, Endpoint http) {}

    /** How often the Raft log cuts, batches, snapshots and elects. */
    public record RaftTuning(
            Duration electionTimeoutMin,
            Duration electionTimeoutMax,
            long segmentBytes,
            int snapshotEvery,
            int keepEntries,
            int batchAppends,
            long batchBytes) {}

    /** What clients may make this member hold. */
    public record Limits(long leastFreeBytes, int inFlightAppends, int streams, int callsPerConnection) {}

    /** Form and level of log lines. */
    public record LogStyle(String format, String level) {}

    public NodeConfig {
        members = List.copyOf(members);
    }
}
