package beacon.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Every key a configuration file may hold. The list {@code cluster.members} is read apart. */
final class NodeSettings {
    /** The one key whose value is a list: of mappings with the keys id, raft and client. */
    static final String MEMBERS = "cluster.members";

    static final Setting<String> ROLE = Setting.of(
            "role",
            Kind.oneOf(List.of("member", "storage")),
            "member",
            "What this node is: a member of the index, with the keys of this table, or a storage node, with its own.");
    static final Setting<String> MEMBER_ID = Setting.required(
            "member.id", Kind.NAME, "Name of this member; the name in its certificate and in cluster.members.");
    static final Setting<Path> DATA = Setting.required(
            "member.data", Kind.PATH, "Directory for everything this member keeps; made when missing.");
    static final Setting<String> CLUSTER_ID = Setting.of(
            "cluster.id", Kind.NAME, "beacon", "Name of the cluster; the trust domain of all its certificates.");

    static final Setting<Endpoint> CLIENT_LISTEN =
            Setting.of("client.listen", Kind.ENDPOINT, "0.0.0.0:7401", "Where the services for clients listen.");
    static final Setting<Endpoint> CLIENT_ADVERTISE = Setting.optional(
            "client.advertise",
            Kind.ENDPOINT,
            "What clients dial; by default the client address in cluster.members, else client.listen.");
    static final Setting<Endpoint> RAFT_LISTEN =
            Setting.of("raft.listen", Kind.ENDPOINT, "0.0.0.0:7411", "Where the Raft service listens.");
    static final Setting<Endpoint> RAFT_ADVERTISE = Setting.optional(
            "raft.advertise",
            Kind.ENDPOINT,
            "What other members dial; by default the raft address in cluster.members, else raft.listen.");
    static final Setting<Endpoint> HTTP_LISTEN = Setting.of(
            "http.listen",
            Kind.ENDPOINT,
            "127.0.0.1:7421",
            "Where /metrics, /livez and /readyz answer, in plain HTTP and without authentication.");

    static final Setting<Path> TLS_CA =
            Setting.required("tls.ca", Kind.PATH, "PEM file with the CA certificate of the cluster.");
    static final Setting<Path> TLS_CERTIFICATE =
            Setting.required("tls.certificate", Kind.PATH, "PEM file with this member's certificate.");
    static final Setting<Path> TLS_KEY =
            Setting.required("tls.key", Kind.PATH, "PEM file with this member's PKCS#8 private key.");

    static final Setting<Path> LOG_KEY = Setting.optional(
            "tls.log-key",
            Kind.PATH,
            "PEM file with the Ed25519 key that signs checkpoints; by default log-key.pem beside tls.key.");

    static final Setting<Duration> ELECTION_TIMEOUT = Setting.of(
            "raft.election-timeout",
            Kind.DURATION,
            "1s",
            "A follower that hears nothing for this long, up to half as long again, stands for election.");
    static final Setting<Long> SNAPSHOT_EVENTS = Setting.of(
            "raft.snapshot-events",
            Kind.numberFrom(1_000, Long.MAX_VALUE),
            "500000",
            "Take a snapshot after this many events; the journal is synced before it, the Raft log purged after.");
    static final Setting<Integer> REQUEST_WINDOW = Setting.of(
            "raft.request-window",
            Kind.POWER_OF_TWO,
            "1048576",
            "Requests whose answers are remembered, the same on every member of a cluster for ever.");

    static final Setting<Long> LEAST_FREE_BYTES = Setting.of(
            "limits.least-free-disk",
            Kind.BYTES,
            "256MiB",
            "With less free space than this, appends are refused (DISK_FULL); reads go on.");
    static final Setting<Integer> STREAMS = Setting.of(
            "limits.streams",
            Kind.countFrom(1, 100_000),
            "256",
            "Open replay and watch streams on this member; more are refused (TOO_MANY_STREAMS).");
    static final Setting<Integer> CALLS_PER_CONNECTION = Setting.of(
            "limits.calls-per-connection", Kind.countFrom(1, 100_000), "2048", "Calls open at once on one connection.");
    static final Setting<Duration> STREAM_STALL = Setting.of(
            "limits.stream-stall",
            Kind.DURATION,
            "30s",
            "A stream that its client does not read for this long is ended (WATCHER_TOO_SLOW).");
    static final Setting<Duration> DRAIN =
            Setting.of("limits.drain", Kind.DURATION, "5s", "How long open calls may go on when the member stops.");
    static final Setting<Duration> BEAT = Setting.of(
            "steward.beat", Kind.DURATION, "30s", "Length of a beat of the local metronome; the same on every member.");
    static final Setting<Integer> PULSE_BEATS = Setting.of(
            "steward.pulse-beats",
            Kind.countFrom(1, 100_000),
            "10",
            "Beats from one pulse to the next; on each the steward decides what to repair.");
    static final Setting<Integer> BAR_BEATS =
            Setting.of("steward.bar-beats", Kind.countFrom(1, 100_000), "120", "Beats from one reverb to the next.");
    static final Setting<Duration> PING = Setting.of(
            "steward.ping",
            Kind.DURATION,
            "5s",
            "Time between two pings of a storage node; three in vain and it is down.");
    static final Setting<Duration> GRACE = Setting.of(
            "steward.grace",
            Kind.DURATION,
            "10m",
            "How long a node may be down before its shards are made again elsewhere, unless an artifact is close to its end.");
    static final Setting<Duration> DELETION_GRACE = Setting.of(
            "steward.deletion-grace",
            Kind.DURATION,
            "24h",
            "How long after the votes an artifact is released; until then the deletion can be withdrawn.");
    static final Setting<Integer> AUDIT_BLOCKS = Setting.of(
            "steward.audit-blocks",
            Kind.countFrom(0, 100_000),
            "64",
            "Blocks, drawn by lot, that each storage node has to show on a reverb.");
    static final Setting<Long> REPAIR_RATE = Setting.of(
            "steward.bytes-per-second",
            Kind.BYTES,
            "64MiB",
            "What repairs and audits read and write in a second, at most.");
    static final Setting<String> LOG_FORMAT = Setting.of(
            "log.format",
            Kind.oneOf(List.of("auto", "text", "json")),
            "auto",
            "Form of log lines; auto is text on a terminal and JSON elsewhere.");
    static final Setting<String> LOG_LEVEL = Setting.of(
            "log.level", Kind.oneOf(List.of("error", "warn", "info", "debug")), "info", "Least severe level logged.");

    private static final List<Setting<?>> BEFORE_BEATS = List.of(
            ROLE,
            MEMBER_ID,
            DATA,
            CLUSTER_ID,
            CLIENT_LISTEN,
            CLIENT_ADVERTISE,
            HTTP_LISTEN,
            TLS_CA,
            TLS_CERTIFICATE,
            TLS_KEY,
            LOG_KEY,
            RAFT_LISTEN,
            RAFT_ADVERTISE,
            ELECTION_TIMEOUT,
            SNAPSHOT_EVENTS,
            REQUEST_WINDOW,
            LEAST_FREE_BYTES,
            STREAMS,
            CALLS_PER_CONNECTION,
            STREAM_STALL,
            DRAIN,
            BEAT,
            PULSE_BEATS,
            BAR_BEATS,
            PING,
            GRACE,
            DELETION_GRACE,
            AUDIT_BLOCKS,
            REPAIR_RATE);

    /** In the order of the documentation. */
    static final List<Setting<?>> ALL = Stream.of(
                    BEFORE_BEATS, BeatSettings.ALL, List.<Setting<?>>of(LOG_FORMAT, LOG_LEVEL))
            .<Setting<?>>flatMap(List::stream)
            .toList();

    private NodeSettings() {}
}
