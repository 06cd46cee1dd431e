package beacon.node.config;

import beacon.index.tls.TlsFiles;
import beacon.node.beats.NatsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one member of the index is told at start.
 *
 * @param members the members of a new cluster; a member that already has data takes them from there
 * @param logKey the key that signs checkpoints
 * @param data directory for everything this member keeps
 */
public record NodeConfig(
        String memberId,
        String clusterId,
        Path data,
        List<MemberEntry> members,
        Listen listen,
        TlsFiles tls,
        Path logKey,
        RaftTuning raft,
        Limits limits,
        Stewardship steward,
        LogStyle log) {
    /** The Raft quorum grows with the members, and so does the cost of each append. */
    public static final int MAX_MEMBERS = 9;

    /** One member of a new cluster: what others dial. */
    public record MemberEntry(String id, Endpoint raft, Endpoint client) {}

    /** Where this member listens, and what the others dial to reach it. */
    public record Listen(
            Endpoint client, Endpoint clientAdvertised, Endpoint raft, Endpoint raftAdvertised, Endpoint http) {}

    /** How the Raft log elects and snapshots, and how much it remembers. */
    public record RaftTuning(Duration electionTimeout, long snapshotEvents, int requestWindow) {
        /** What an empty file means. */
        public static final RaftTuning DEFAULT = new RaftTuning(
                Setting.defaultOf(NodeSettings.ELECTION_TIMEOUT),
                Setting.defaultOf(NodeSettings.SNAPSHOT_EVENTS),
                Setting.defaultOf(NodeSettings.REQUEST_WINDOW));
    }

    /** What clients may make this member hold. */
    public record Limits(
            long leastFreeBytes, int streams, int callsPerConnection, Duration streamStall, Duration drain) {
        /** What an empty file means. */
        public static final Limits DEFAULT = new Limits(
                Setting.defaultOf(NodeSettings.LEAST_FREE_BYTES),
                Setting.defaultOf(NodeSettings.STREAMS),
                Setting.defaultOf(NodeSettings.CALLS_PER_CONNECTION),
                Setting.defaultOf(NodeSettings.STREAM_STALL),
                Setting.defaultOf(NodeSettings.DRAIN));
    }

    /**
     * How the steward works while this member leads.
     *
     * @param pulseBeats beats from one pulse to the next
     * @param barBeats beats from one reverb to the next
     * @param nats where beats come from over NATS; empty: the local metronome alone
     */
    public record Stewardship(
            Duration beat,
            int pulseBeats,
            int barBeats,
            Duration ping,
            Duration grace,
            Duration deletionGrace,
            int auditBlocks,
            long bytesPerSecond,
            Optional<NatsSettings> nats) {
        /** What an empty file means. */
        public static final Stewardship DEFAULT = new Stewardship(
                Setting.defaultOf(NodeSettings.BEAT),
                Setting.defaultOf(NodeSettings.PULSE_BEATS),
                Setting.defaultOf(NodeSettings.BAR_BEATS),
                Setting.defaultOf(NodeSettings.PING),
                Setting.defaultOf(NodeSettings.GRACE),
                Setting.defaultOf(NodeSettings.DELETION_GRACE),
                Setting.defaultOf(NodeSettings.AUDIT_BLOCKS),
                Setting.defaultOf(NodeSettings.REPAIR_RATE),
                Optional.empty());
    }

    /** Form and level of log lines. */
    public record LogStyle(String format, String level) {
        /** What an empty file means. */
        public static final LogStyle DEFAULT =
                new LogStyle(Setting.defaultOf(NodeSettings.LOG_FORMAT), Setting.defaultOf(NodeSettings.LOG_LEVEL));
    }

    public NodeConfig {
        members = List.copyOf(members);
    }
}
