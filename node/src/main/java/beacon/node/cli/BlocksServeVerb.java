package beacon.node.cli;

import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.node.blocks.BlockGauges;
import beacon.node.blocks.BlockNode;
import beacon.node.blocks.StoreFolder;
import beacon.node.config.Endpoint;
import beacon.node.metrics.OperationsServer;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code beacon blocks serve}: a peer that gives its blocks to whoever asks. */
@Command(
        name = "serve",
        description = {
            "Serve a block store over Bitswap until SIGTERM or Ctrl-C.",
            "Says {\"event\":\"ready\",\"peerId\":…,\"addrs\":[…],\"pid\":…} when it listens."
        })
final class BlocksServeVerb implements Runnable {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Mixin
    private ListenOptions listen = new ListenOptions();

    @Option(
            names = "--allow",
            paramLabel = "PEERID",
            split = ",",
            description = "Peers that may place blocks here (/beacon/store/1.0.0); none by default.")
    private List<String> allowed = List.of();

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "Serve the metrics there.")
    private @Nullable String http;

    BlocksServeVerb(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        List<PeerId> mayPlace = allowed.stream().map(this::peer).toList();
        StoreFolder folder = store.open(session);
        BlockNode node = BlockNode.start(
                folder, new BlockNode.Settings(folder.keys(), listen.address(), mayPlace, BuildVersion.text()));
        Optional<OperationsServer> operations = Optional.ofNullable(http).map(address -> serveMetrics(address, node));
        CountDownLatch stopped = new CountDownLatch(1);
        Shutdown.onSignal(
                () -> {
                    operations.ifPresent(OperationsServer::close);
                    node.close();
                    folder.close();
                },
                stopped);
        JsonObject ready = new JsonObject();
        ready.addProperty("event", "ready");
        ready.addProperty("peerId", node.id().toString());
        JsonArray addresses = new JsonArray();
        node.addresses().forEach(address -> addresses.add(address.toString()));
        ready.add("addrs", addresses);
        operations.ifPresent(server -> ready.addProperty("http", server.port()));
        ready.addProperty("pid", ProcessHandle.current().pid());
        session.output().line(Output.toJson(ready));
        session.output().flush();
        Shutdown.await(stopped);
    }

    private static OperationsServer serveMetrics(String address, BlockNode node) {
        Endpoint endpoint = Endpoint.parse(address);
        PrometheusRegistry registry = new PrometheusRegistry();
        BlockGauges.register(registry, node.blocks());
        return OperationsServer.start(
                new InetSocketAddress(endpoint.host(), endpoint.port()), registry, () -> List.of());
    }

    private PeerId peer(String text) {
        try {
            return PeerId.parse(text);
        } catch (WireException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--allow " + text + ": " + e.getMessage());
        }
    }
}
