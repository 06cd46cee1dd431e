package beacon.node.config;

import java.nio.file.Path;
import java.util.List;

/** Where beats come from. */
final class BeatSettings {
    /** Beats come over NATS. */
    static final String NATS = "nats";

    static final Setting<String> SOURCE = Setting.of(
            "beats.source",
            Kind.oneOf(List.of("local", NATS)),
            "local",
            "What sets the beat: the local metronome, or BACKBEAT over NATS with the metronome when it is silent.");
    static final Setting<List<String>> SERVER = Setting.of(
            "beats.nats.server",
            Kind.NATS_SERVERS,
            "nats://127.0.0.1:4222",
            "Servers of NATS; with tls:// the connection is encrypted.");
    static final Setting<String> CLUSTER_ID = Setting.optional(
            "beats.nats.cluster-id",
            Kind.NAME,
            "Cluster id of the frames that count, and the name of the source on the log; by default cluster.id.");
    static final Setting<String> SUBJECT = Setting.of(
            "beats.nats.subject", Kind.SUBJECT, "backbeat.beat", "Subject of the frames backbeat.beatframe.v1.");
    static final Setting<String> CLAIMS = Setting.of(
            "beats.nats.claims",
            Kind.SUBJECT,
            "backbeat.status",
            "Subject to which the leader sends backbeat.statusclaim.v1 after each pulse and reverb.");
    static final Setting<String> REPORTS = Setting.of(
            "beats.nats.reports",
            Kind.SUBJECT,
            "backbeat.report",
            "Subject to which the leader sends backbeat.barreport.v1 after each reverb.");
    static final Setting<Path> CA = Setting.optional(
            "beats.nats.ca",
            Kind.PATH,
            "PEM file with the CA certificates of the servers, whose host names are checked; needed for tls://.");
    static final Setting<Path> CREDENTIALS =
            Setting.optional("beats.nats.credentials", Kind.PATH, "Credentials file of the NATS user.");

    /** In the order of the documentation. */
    static final List<Setting<?>> ALL = List.of(SOURCE, SERVER, CLUSTER_ID, SUBJECT, CLAIMS, REPORTS, CA, CREDENTIALS);

    private BeatSettings() {}
}
