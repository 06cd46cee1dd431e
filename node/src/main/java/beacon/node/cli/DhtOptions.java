package beacon.node.cli;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.libp2p.Limits;
import beacon.dht.node.DhtConfig;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.WireException;
import beacon.node.dht.DhtText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What kind of DHT node a verb of {@code beacon dht} runs. */
final class DhtOptions {
    private static final int MAX_K = 256;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--bootstrap",
            paramLabel = "ADDR",
            arity = "1..*",
            split = ",",
            description = "Peers to start from: multiaddrs that end with /p2p and a peer id.")
    private List<String> bootstrap = List.of();

    @Option(
            names = "--kad",
            paramLabel = "ID",
            defaultValue = KadConfig.BEACON,
            description = "Protocol id of the network (default: ${DEFAULT-VALUE}).")
    private String protocol = KadConfig.BEACON;

    @Option(names = "--k", paramLabel = "K", defaultValue = "20", description = "Size of a bucket (default: 20).")
    private int bucketSize = 20;

    @Option(names = "--host", paramLabel = "IP", defaultValue = "127.0.0.1", description = "Default: 127.0.0.1.")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "0", description = "Default: a free one.")
    private int port;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where key, peers and records are kept; without it the node has a new name and keeps nothing.")
    private @Nullable Path directory;

    /** Further nodes of a process cannot share what names one. */
    boolean isForOne() {
        return port != 0 || directory != null;
    }

    /** A node that serves others. */
    DhtConfig server(Session session) {
        return config(session, KadConfig.server(protocol, peers()).withBucketSize(checkedBucketSize()));
    }

    /** A node that only asks. */
    DhtConfig client(Session session) {
        if (bootstrap.isEmpty()) {
            throw usage("expected --bootstrap with a peer to ask, but found none");
        }
        return config(
                session,
                KadConfig.server(protocol, peers())
                        .withBucketSize(checkedBucketSize())
                        .asClient());
    }

    private DhtConfig config(Session session, KadConfig kad) {
        return new DhtConfig(
                Optional.ofNullable(directory).map(session::resolve),
                List.of(listen()),
                Limits.forLoopback(),
                kad,
                DhtConfig.Upkeep.DEFAULT,
                BuildVersion.text());
    }

    private int checkedBucketSize() {
        if (bucketSize < 1 || bucketSize > MAX_K) {
            throw usage("expected --k of 1 to " + MAX_K + ", but found " + bucketSize);
        }
        return bucketSize;
    }

    private Multiaddr listen() {
        if (port < 0 || port > 0xffff) {
            throw usage("expected --port of 0 to 65535, but found " + port);
        }
        try {
            return Multiaddr.parse("/%s/%s/tcp/%d".formatted(host.contains(":") ? "ip6" : "ip4", host, port));
        } catch (WireException e) {
            throw usage("expected an IP address for --host, but found " + host);
        }
    }

    private List<KadPeer> peers() {
        return bootstrap.stream()
                .map(text -> {
                    try {
                        KadPeer peer = DhtText.reachable(text);
                        if (!peer.addresses().isEmpty()) {
                            return peer;
                        }
                    } catch (WireException e) {
                        throw usage("--bootstrap " + text + ": " + e.getMessage());
                    }
                    throw usage("expected an address for --bootstrap, but found only the peer id " + text);
                })
                .toList();
    }

    private CommandLine.ParameterException usage(String text) {
        return new CommandLine.ParameterException(spec.commandLine(), text);
    }
}
