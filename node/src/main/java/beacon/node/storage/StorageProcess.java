package beacon.node.storage;

import beacon.dht.wire.Multiaddr;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientOptions;
import beacon.node.announce.AnnounceGauges;
import beacon.node.artifacts.FleetClient;
import beacon.node.blocks.BlockGauges;
import beacon.node.config.Endpoint;
import beacon.node.config.StorageConfig;
import beacon.node.dht.DhtGauges;
import beacon.node.introduction.Credentials;
import beacon.node.metrics.Health;
import beacon.node.metrics.OperationsServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A storage node as a process: the node, its place in the log, its HTTP endpoint. */
public final class StorageProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StorageProcess.class);
    private static final Duration INDEX_TIMEOUT = Duration.ofSeconds(15);

    private final StorageNode node;
    private final BeaconClient client;
    private final Upkeep upkeep;
    private final OperationsServer operations;
    private final AtomicBoolean stopping;

    private StorageProcess(
            StorageNode node, BeaconClient client, Upkeep upkeep, OperationsServer operations, AtomicBoolean stopping) {
        this.node = node;
        this.client = client;
        this.upkeep = upkeep;
        this.operations = operations;
        this.stopping = stopping;
    }

    /** Starts everything; the node serves when this returns, and tells the log of itself as soon as that answers. */
    public static StorageProcess start(StorageConfig config, String version) {
        Credentials credentials = Credentials.read(config.tls());
        StorageNode node = StorageNode.start(new StorageNode.Settings(
                config.data(),
                multiaddr(config.listen()),
                config.advertised().port() == 0 ? List.of() : List.of(multiaddr(config.advertised())),
                config.domain(),
                config.capacityBytes(),
                config.scrubPass(),
                config.dht(),
                credentials,
                version));
        BeaconClient client = BeaconClient.open(new ClientOptions(
                config.index().stream().map(Endpoint::toString).toList(), config.tls(), INDEX_TIMEOUT));
        Upkeep upkeep = Upkeep.start(
                client, () -> FleetClient.open(credentials, INDEX_TIMEOUT, version), List.of(node), config.deletion());
        AtomicBoolean stopping = new AtomicBoolean();
        try {
            PrometheusRegistry registry = new PrometheusRegistry();
            BlockGauges.register(registry, node.blocks());
            DhtGauges.register(registry, node.dht());
            AnnounceGauges.register(registry, node.announcing());
            OperationsServer operations = OperationsServer.start(
                    new InetSocketAddress(config.http().host(), config.http().port()),
                    registry,
                    () -> checks(upkeep.isEnrolled(), stopping.get()));
            LOG.info(
                    "event=storage_node_started node={} addresses={} http_port={}",
                    node.id(),
                    node.self().addresses(),
                    operations.port());
            return new StorageProcess(node, client, upkeep, operations, stopping);
        } catch (RuntimeException e) {
            upkeep.close();
            client.close();
            node.close();
            throw e;
        }
    }

    private static Multiaddr multiaddr(Endpoint endpoint) {
        String host = endpoint.host();
        String kind = host.contains(":") ? "ip6" : host.matches("[0-9.]+") ? "ip4" : "dns";
        return Multiaddr.parse("/%s/%s/tcp/%d".formatted(kind, host, endpoint.port()));
    }

    private static List<Health.Check> checks(boolean enrolled, boolean stopping) {
        return List.of(
                new Health.Check("running", !stopping, stopping ? "stopping" : "running"),
                new Health.Check("enrolled", enrolled, enrolled ? "the log knows it" : "not yet"));
    }

    public StorageNode node() {
        return node;
    }

    /** Port of the HTTP endpoint. */
    public int httpPort() {
        return operations.port();
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        if (stopping.compareAndSet(false, true)) {
            upkeep.close();
            client.close();
            node.close();
            operations.close();
            LOG.info("event=storage_node_stopped node={}", node.id());
        }
    }
}
