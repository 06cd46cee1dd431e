package beacon.node.config;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.wire.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Every key that the configuration file of a storage node may hold. */
final class StorageSettings {
    static final Setting<String> ROLE = Setting.of(
            "role", Kind.oneOf(List.of("member", "storage")), "member", "What this node is; here \"storage\".");
    static final Setting<Path> DATA = Setting.required(
            "storage.data", Kind.PATH, "Directory for key, blocks and DHT records; made when missing.");
    static final Setting<Endpoint> LISTEN = Setting.of(
            "storage.listen", Kind.ENDPOINT, "0.0.0.0:4001", "Where it listens for libp2p; an IP address and a port.");
    static final Setting<Endpoint> ADVERTISE = Setting.optional(
            "storage.advertise", Kind.ENDPOINT, "What others dial, host name or IP; by default storage.listen.");
    static final Setting<String> DOMAIN = Setting.optional(
            "storage.domain",
            Kind.DOMAIN,
            "Failure domain, the largest part first; by default the node is one of its own.");
    static final Setting<Long> CAPACITY =
            Setting.of("storage.capacity", Kind.BYTES, "1TiB", "Bytes that its blocks may have together.");
    static final Setting<Duration> SCRUB = Setting.of(
            "scrub.pass",
            Kind.DURATION,
            "1h",
            "Time in which every block is read once, so that corrupt ones are found; more when 4 MiB/s are not enough.");
    static final Setting<Duration> POLL = Setting.of(
            "deletion.poll", Kind.DURATION, "30s", "Time between two looks for tombstones that it may vote for.");
    static final Setting<Duration> SWEEP = Setting.of(
            "deletion.sweep",
            Kind.DURATION,
            "6h",
            "Time between two sweeps, which remove blocks that no pin places here.");
    static final Setting<Duration> GRACE = Setting.of(
            "deletion.grace",
            Kind.DURATION,
            "24h",
            "How long blocks that no pin places here are kept; a put or a repair has to end within it.");
    static final Setting<List<Endpoint>> INDEX =
            Setting.required("index.endpoints", Kind.ENDPOINTS, "Client addresses of some members of the index.");
    static final Setting<String> DHT_PROTOCOL = Setting.of(
            "dht.protocol",
            Kind.PROTOCOL,
            KadConfig.BEACON,
            "Protocol id of the DHT; all storage nodes of a cluster have the same.");
    static final Setting<List<Multiaddr>> DHT_BOOTSTRAP = Setting.optional(
            "dht.bootstrap",
            Kind.PEERS,
            "Peers of the DHT to start from, beside the storage nodes that the log knows.");
    static final Setting<Integer> DHT_RECORDS = Setting.of(
            "dht.records",
            Kind.countFrom(1_000, 100_000_000),
            "500000",
            "Provider records kept for other nodes, at most; some 150 bytes of memory each.");

    /** In the order of the documentation. */
    static final List<Setting<?>> ALL = List.of(
            ROLE,
            DATA,
            LISTEN,
            ADVERTISE,
            DOMAIN,
            CAPACITY,
            SCRUB,
            DHT_PROTOCOL,
            DHT_BOOTSTRAP,
            DHT_RECORDS,
            POLL,
            SWEEP,
            GRACE,
            INDEX,
            NodeSettings.HTTP_LISTEN,
            NodeSettings.TLS_CA,
            NodeSettings.TLS_CERTIFICATE,
            NodeSettings.TLS_KEY,
            NodeSettings.LOG_FORMAT,
            NodeSettings.LOG_LEVEL);

    private StorageSettings() {}
}
