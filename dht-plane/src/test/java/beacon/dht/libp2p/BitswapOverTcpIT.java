package beacon.dht.libp2p;

import beacon.dht.Host;
import beacon.dht.bitswap.BitswapContract;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.file.FileBlockstore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The exchange keeps its promises over real sockets and files. */
class BitswapOverTcpIT extends BitswapContract {
    @TempDir
    Path folder;

    private final TcpHosts hosts = new TcpHosts();
    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final List<FileBlockstore> stores = new ArrayList<>();

    @AfterEach
    void close() {
        hosts.close();
        workers.shutdownNow();
        stores.forEach(FileBlockstore::close);
    }

    @Override
    protected Host newHost() {
        return hosts.start(Limits.forLoopback());
    }

    @Override
    protected Blockstore newStore() {
        FileBlockstore store = FileBlockstore.open(
                folder.resolve("store-" + stores.size()),
                new FileBlockstore.Options(new BlockLimits(1 << 30, 2 << 20), 1 << 20, false),
                (cid, size) -> {});
        stores.add(store);
        return store;
    }

    @Override
    protected Executor workers() {
        return workers;
    }

    @Override
    protected InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    protected <T> T await(Supplier<CompletionStage<T>> step) {
        return hosts.await(step);
    }

    @Override
    protected void awaitTrue(Supplier<Boolean> condition) {
        hosts.awaitTrue(condition);
    }
}
