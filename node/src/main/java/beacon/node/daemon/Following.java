package beacon.node.daemon;

import beacon.index.client.BeaconClient;
import beacon.index.client.ClientOptions;
import beacon.index.ratis.IndexMember;
import beacon.index.ratis.MemberSettings.MemberAddress;
import beacon.node.artifacts.FleetClient;
import beacon.node.config.NodeConfig;
import beacon.node.introduction.Credentials;
import beacon.node.steward.MemberSteward;
import beacon.node.steward.StewardGauges;
import beacon.node.steward.StewardSettings;
import beacon.node.views.MemberViews;
import beacon.node.views.QueryGrpc;
import beacon.node.views.ViewGauges;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What follows the journal of a member: its projections, the questions to them, and its steward.
 *
 * @param queries the service that answers from the projections
 */
record Following(MemberViews views, QueryGrpc queries, MemberSteward steward) implements AutoCloseable {
    private static final Duration BLOCK_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(5);

    static Following open(
            NodeConfig config, String version, PrometheusRegistry registry, IndexMember member, InstantSource clock) {
        MemberViews views = MemberViews.open(member, config.data().resolve("projections"));
        MemberSteward steward = MemberSteward.start(
                member,
                views,
                StewardSettings.of(config.steward()),
                () -> FleetClient.open(Credentials.read(config.tls()), BLOCK_TIMEOUT, "beacon/" + version),
                () -> BeaconClient.open(new ClientOptions(
                        member.settings().members().stream()
                                .map(MemberAddress::clientAddress)
                                .toList(),
                        config.tls(),
                        QUESTION_TIMEOUT)),
                clock);
        ViewGauges.register(registry, views::checkpoints, () -> member.status().lastSequence());
        StewardGauges.register(registry, steward);
        return new Following(views, new QueryGrpc(member, views), steward);
    }

    /** Before the member, whose journal they read. */
    @Override
    public void close() {
        steward.close();
        queries.close();
        views.close();
    }
}
