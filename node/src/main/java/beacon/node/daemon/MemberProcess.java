package beacon.node.daemon;

import beacon.index.grpc.IndexServer;
import beacon.index.grpc.ServiceLimits;
import beacon.index.journal.file.JournalOptions;
import beacon.index.ratis.IndexMember;
import beacon.index.ratis.MemberSettings;
import beacon.index.ratis.MemberSettings.MemberAddress;
import beacon.index.ratis.MemberStatus;
import beacon.node.ca.LogKey;
import beacon.node.config.Endpoint;
import beacon.node.config.NodeConfig;
import beacon.node.metrics.Health;
import beacon.node.metrics.IndexMetrics;
import beacon.node.metrics.OperationsServer;
import beacon.node.metrics.StatusGauges;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One member of the index with everything around it. {@link #open} takes its ports, {@link #start} takes part. */
public final class MemberProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberProcess.class);
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    private final IndexMember member;
    private final IndexServer server;
    private final OperationsServer operations;
    private final Following following;
    private final AtomicBoolean stopping;

    private MemberProcess(
            IndexMember member,
            Following following,
            IndexServer server,
            OperationsServer operations,
            AtomicBoolean stopping) {
        this.member = member;
        this.following = following;
        this.server = server;
        this.operations = operations;
        this.stopping = stopping;
    }

    /** Opens storage and ports. From now on the member answers how it is; appends and reads come with {@link #start}. */
    public static MemberProcess open(NodeConfig config, String version, InstantSource clock) {
        PrometheusRegistry registry = new PrometheusRegistry();
        Observed observed = new Observed(registry, new IndexMetrics(registry));
        AtomicBoolean stopping = new AtomicBoolean();
        IndexMember member = IndexMember.open(
                settings(config), LogKey.read(config.logKey(), config.clusterId()), observed.metrics(), clock);
        try {
            StatusGauges.register(registry, member::status, config.memberId(), version);
            StatusGauges.registerFsync(registry, member::fsyncTimes);
            Following following = Following.open(config, version, registry, member, clock);
            try {
                return serve(config, version, observed, member, following, stopping);
            } catch (RuntimeException e) {
                following.close();
                throw e;
            }
        } catch (RuntimeException e) {
            member.close();
            throw e;
        }
    }

    /** What is counted, and where it is shown. */
    private record Observed(PrometheusRegistry registry, IndexMetrics metrics) {}

    private static MemberProcess serve(
            NodeConfig config,
            String version,
            Observed observed,
            IndexMember member,
            Following following,
            AtomicBoolean stopping) {
        OperationsServer operations = OperationsServer.start(
                socket(config.listen().http()), observed.registry(), new Health(member::status, stopping::get));
        try {
            IndexServer server = IndexServer.start(
                    member,
                    new IndexServer.Options(
                            socket(config.listen().client()),
                            config.tls(),
                            limits(config),
                            observed.metrics(),
                            version,
                            List.of(following.queries())));
            return new MemberProcess(member, following, server, operations, stopping);
        } catch (RuntimeException e) {
            operations.close();
            throw e;
        }
    }

    /** What a member with this configuration is told. */
    public static MemberSettings settings(NodeConfig config) {
        List<MemberAddress> members = config.members().stream()
                .map(each -> new MemberAddress(
                        each.id(), each.raft().toString(), each.client().toString()))
                .toList();
        return new MemberSettings(
                config.clusterId(),
                config.memberId(),
                members,
                config.data(),
                config.listen().raft().host(),
                config.listen().raft().port(),
                config.tls(),
                config.raft().electionTimeout(),
                config.raft().requestWindow(),
                config.raft().snapshotEvents(),
                config.limits().leastFreeBytes(),
                JournalOptions.DEFAULTS);
    }

    private static ServiceLimits limits(NodeConfig config) {
        NodeConfig.Limits limits = config.limits();
        return new ServiceLimits(
                MAX_MESSAGE_BYTES, limits.callsPerConnection(), limits.streams(), limits.streamStall(), limits.drain());
    }

    private static InetSocketAddress socket(Endpoint endpoint) {
        return new InetSocketAddress(endpoint.host(), endpoint.port());
    }

    /** Takes part in the cluster; returns when it does, which for a member with an empty disk can take long. */
    public void start() {
        member.start();
        server.serving(true);
        LOG.info(
                "member_started member={} cluster={} journal_sequence={} applied_sequence={} http_port={}",
                member.settings().memberId(),
                member.settings().clusterId(),
                member.journalSequence(),
                status().lastSequence(),
                httpPort());
    }

    /** How the member is. */
    public MemberStatus status() {
        return member.status();
    }

    /** Port of the HTTP endpoint. */
    public int httpPort() {
        return operations.port();
    }

    /** Lets open calls finish, writes a snapshot, gives the ports back. A second call does nothing. */
    @Override
    public void close() {
        stop(member::close);
    }

    /** Stops while all others stop, too. */
    void closeWithAll() {
        stop(member::closeWithAll);
    }

    private void stop(Runnable closeMember) {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        server.close();
        following.close();
        closeMember.run();
        operations.close();
        LOG.info("member_stopped member={}", member.settings().memberId());
    }
}
