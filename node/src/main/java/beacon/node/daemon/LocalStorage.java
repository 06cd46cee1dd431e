package beacon.node.daemon;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.node.DhtLoop;
import beacon.dht.wire.Multiaddr;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientOptions;
import beacon.index.tls.TlsFiles;
import beacon.node.artifacts.FleetClient;
import beacon.node.config.StorageConfig;
import beacon.node.introduction.Credentials;
import beacon.node.storage.StorageNode;
import beacon.node.storage.Upkeep;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Storage nodes in one process, each with its own directory, key and address, in seven failure domains. They share one
 * loop, so that they cost little more than their connections.
 */
public final class LocalStorage implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int DOMAINS = 7;
    private static final long CAPACITY_BYTES = 64L << 30;
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final DhtLoop loop = new DhtLoop();
    private final List<StorageNode> nodes = new ArrayList<>();
    private final BeaconClient client;
    private final Upkeep upkeep;

    /**
     * What they are told.
     *
     * @param firstPort they take this one and the next ones as long as they are free, so that they stay where they were
     * @param index client addresses of members
     * @param tls of a member of the cluster
     */
    public record Settings(Path home, int count, int firstPort, List<String> index, TlsFiles tls, String version) {
        public Settings {
            index = List.copyOf(index);
        }
    }

    private LocalStorage(Settings settings) {
        Credentials credentials = Credentials.read(settings.tls());
        try {
            for (int i = 0; i < settings.count(); i++) {
                nodes.add(StorageNode.start(
                        new StorageNode.Settings(
                                settings.home().resolve("s" + (i + 1)),
                                Multiaddr.parse("/ip4/" + HOST + "/tcp/" + freeOr0(settings.firstPort() + i)),
                                List.of(),
                                "rack-%d/s%d".formatted(i % DOMAINS + 1, i + 1),
                                CAPACITY_BYTES,
                                StorageConfig.SCRUB_PASS,
                                KadConfig.server(KadConfig.BEACON, List.of()),
                                credentials,
                                settings.version()),
                        loop));
            }
        } catch (RuntimeException e) {
            closeNodes();
            throw e;
        }
        this.client = BeaconClient.open(new ClientOptions(settings.index(), settings.tls(), TIMEOUT));
        this.upkeep = Upkeep.start(
                client,
                () -> FleetClient.open(credentials, TIMEOUT, settings.version()),
                nodes,
                StorageConfig.Deletion.DEFAULT);
    }

    /** Starts them; the log hears of them soon. */
    public static LocalStorage start(Settings settings) {
        return new LocalStorage(settings);
    }

    private static int freeOr0(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return port;
        } catch (IOException taken) {
            return 0;
        }
    }

    public int count() {
        return nodes.size();
    }

    /** Whether the log knows all of them. */
    public boolean isEnrolled() {
        return upkeep.isEnrolled();
    }

    @Override
    public void close() {
        upkeep.close();
        client.close();
        closeNodes();
    }

    private void closeNodes() {
        nodes.parallelStream().forEach(StorageNode::close);
        loop.shutdown();
    }
}
