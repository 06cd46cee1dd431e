package beacon.dht.libp2p;

import beacon.dht.Host;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.file.FileBlockstore;
import beacon.dht.testing.TestNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Real sockets on the loopback, and stores in files. */
final class TestNetworkOverTcp implements TestNetwork {
    private final Path folder;
    private final TcpHosts hosts = new TcpHosts();
    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final List<FileBlockstore> stores = new ArrayList<>();

    TestNetworkOverTcp() {
        try {
            folder = Files.createTempDirectory("beacon-blocks");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Host newHost(PeerKeys keys) {
        return hosts.start(keys, Limits.forLoopback());
    }

    @Override
    public Blockstore newStore(BlockLimits limits) {
        FileBlockstore store = FileBlockstore.open(
                folder.resolve("store-" + stores.size()),
                new FileBlockstore.Options(limits, 1 << 20, false),
                (cid, size) -> {});
        stores.add(store);
        return store;
    }

    @Override
    public Executor workers() {
        return workers;
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    public <T> T await(Supplier<CompletionStage<T>> step) {
        return hosts.await(step);
    }

    @Override
    public void awaitTrue(Supplier<Boolean> condition) {
        hosts.awaitTrue(condition);
    }

    @Override
    public void close() {
        hosts.close();
        workers.shutdownNow();
        stores.forEach(FileBlockstore::close);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
