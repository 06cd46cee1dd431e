package beacon.node.cli;

import beacon.dht.node.DhtConfig;
import beacon.dht.node.DhtLoop;
import beacon.dht.node.DhtNode;
import beacon.node.config.Endpoint;
import beacon.node.dht.DhtGauges;
import beacon.node.dht.DhtShell;
import beacon.node.metrics.OperationsServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code beacon dht shell}: a peer for scripts and mixed networks. */
@Command(
        name = "shell",
        description = {
            "Run a peer that says {\"event\":\"ready\",…} and then answers each line of input with a line of JSON.",
            "The input is the only thing it listens to beside the network: at its end the peer stops."
        },
        footerHeading = "%nCommands:%n",
        footer = {
            "  connect MULTIADDR                         disconnect PEERID",
            "  ping MULTIADDR|PEERID [COUNT]             identify MULTIADDR|PEERID",
            "  provide CID                               findProviders CID [STOP_AFTER]",
            "  getClosestPeers CID|PEERID|hex:BYTES|TEXT findPeer PEERID",
            "  put KEY VALUE                             get KEY",
            "  peers, table, refresh, stats, exit",
            "  With --nodes, @2 in front of a command addresses the third one."
        })
final class DhtShellVerb implements Runnable {
    private static final long JOIN_SECONDS = 5;
    private static final int MAX_NODES = 1000;

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private DhtOptions options = new DhtOptions();

    @Option(names = "--client", description = "Ask only; serve nobody.")
    private boolean client;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            description = "Nodes in this process; the later ones start from the first one, too (default: 1).")
    private int count = 1;

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "Serve the metrics of the first node there.")
    private @Nullable String http;

    DhtShellVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if (count < 1 || count > MAX_NODES || (count > 1 && options.isForOne())) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected --nodes of 1 to 1000, and without --port and --dir when above 1");
        }
        DhtLoop loop = new DhtLoop();
        List<DhtNode> nodes = new ArrayList<>();
        CountDownLatch closed = new CountDownLatch(1);
        Shutdown.onSignal(() -> close(nodes, closed), new CountDownLatch(1));
        Optional<OperationsServer> operations = Optional.empty();
        try {
            DhtConfig config = client ? options.client(session) : options.server(session);
            for (int i = 0; i < count; i++) {
                DhtConfig own = nodes.isEmpty()
                        ? config
                        : config.withBootstrap(nodes.get(0).self());
                nodes.add(DhtNode.start(own, loop));
            }
            operations = Optional.ofNullable(http).map(address -> serveMetrics(address, nodes.get(0)));
            awaitJoined(nodes);
            new DhtShell(nodes, session.console().out()).run(session.console().in());
        } catch (IOException e) {
            throw new UncheckedIOException("expected to read commands, but could not", e);
        } finally {
            operations.ifPresent(OperationsServer::close);
            close(nodes, closed);
            loop.shutdownNow();
        }
    }

    private static OperationsServer serveMetrics(String address, DhtNode node) {
        Endpoint endpoint = Endpoint.parse(address);
        PrometheusRegistry registry = new PrometheusRegistry();
        DhtGauges.register(registry, node);
        return OperationsServer.start(
                new InetSocketAddress(endpoint.host(), endpoint.port()), registry, () -> List.of());
    }

    /** A peer whose bootstrap peers do not answer is ready all the same; it goes on trying. */
    private static void awaitJoined(List<DhtNode> nodes) {
        CompletableFuture.allOf(nodes.stream().map(DhtNode::joined).toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, JOIN_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private static void close(List<DhtNode> nodes, CountDownLatch closed) {
        synchronized (nodes) {
            if (closed.getCount() > 0) {
                nodes.forEach(DhtNode::close);
                closed.countDown();
            }
        }
    }
}
