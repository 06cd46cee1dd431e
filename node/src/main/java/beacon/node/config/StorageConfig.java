package beacon.node.config;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.index.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a storage node is told at start.
 *
 * @param data directory for everything it keeps
 * @param advertised what others dial
 * @param domain failure domain; empty for one of its own
 * @param capacityBytes of its blocks together
 * @param scrubPass time in which every block is read once
 * @param dht how it takes part in the DHT
 * @param deletion when it looks for tombstones and sweeps
 * @param index client addresses of members
 */
public record StorageConfig(
        Path data,
        Endpoint listen,
        Endpoint advertised,
        String domain,
        long capacityBytes,
        Duration scrubPass,
        KadConfig dht,
        Deletion deletion,
        List<Endpoint> index,
        TlsFiles tls,
        Endpoint http,
        NodeConfig.LogStyle log) {
    /** Time in which every block is read once, when an empty file says nothing else. */
    public static final Duration SCRUB_PASS = Setting.defaultOf(StorageSettings.SCRUB);

    /**
     * When it looks for tombstones and sweeps.
     *
     * @param grace blocks that no pin names are kept that long
     */
    public record Deletion(Duration poll, Duration sweep, Duration grace) {
        /** What an empty file means. */
        public static final Deletion DEFAULT = new Deletion(
                Setting.defaultOf(StorageSettings.POLL),
                Setting.defaultOf(StorageSettings.SWEEP),
                Setting.defaultOf(StorageSettings.GRACE));
    }

    public StorageConfig {
        index = List.copyOf(index);
    }

    /**
     * Whether a file configures a storage node.
     *
     * @throws ConfigException when it cannot be read
     */
    public static boolean isIn(Path path) {
        ConfigFile.Entry role = ConfigFile.read(path).entries().get(StorageSettings.ROLE.key());
        return role != null && role.text().equals("storage");
    }

    private static KadConfig dht(SettingValues values) {
        List<KadPeer> bootstrap = values.find(StorageSettings.DHT_BOOTSTRAP).orElse(List.of()).stream()
                .map(address -> new KadPeer(
                        address.peer().orElseThrow(),
                        List.of(address.withoutPeer().orElseThrow())))
                .toList();
        return KadConfig.server(values.get(StorageSettings.DHT_PROTOCOL), bootstrap)
                .withMaxProviderRecords(values.get(StorageSettings.DHT_RECORDS));
    }

    /**
     * Reads a configuration; relative paths in it count from the file's directory.
     *
     * @throws ConfigException with every problem found
     */
    public static StorageConfig read(Path path) {
        ConfigFile file = ConfigFile.read(path);
        Path base = path.toAbsolutePath().resolveSibling("");
        SettingValues values = new SettingValues(file, StorageSettings.ALL, Set.of());
        values.parse();
        file.stopIfAnyProblem();
        Endpoint listen = values.get(StorageSettings.LISTEN);
        Optional<Endpoint> advertise = values.find(StorageSettings.ADVERTISE);
        if (advertise.isEmpty()
                && (listen.host().equals("0.0.0.0") || listen.host().equals("::"))) {
            file.problem("expected storage.advertise to say what others dial, since storage.listen is " + listen);
            file.stopIfAnyProblem();
        }
        return new StorageConfig(
                base.resolve(values.get(StorageSettings.DATA)),
                listen,
                advertise.orElse(listen),
                values.find(StorageSettings.DOMAIN).orElse(""),
                values.get(StorageSettings.CAPACITY),
                values.get(StorageSettings.SCRUB),
                dht(values),
                new Deletion(
                        values.get(StorageSettings.POLL),
                        values.get(StorageSettings.SWEEP),
                        values.get(StorageSettings.GRACE)),
                values.get(StorageSettings.INDEX),
                new TlsFiles(
                        base.resolve(values.get(NodeSettings.TLS_CA)),
                        base.resolve(values.get(NodeSettings.TLS_CERTIFICATE)),
                        base.resolve(values.get(NodeSettings.TLS_KEY))),
                values.get(NodeSettings.HTTP_LISTEN),
                new NodeConfig.LogStyle(values.get(NodeSettings.LOG_FORMAT), values.get(NodeSettings.LOG_LEVEL)));
    }
}
