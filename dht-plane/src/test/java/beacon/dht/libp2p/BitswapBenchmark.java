package beacon.dht.libp2p;

import beacon.dht.bitswap.Bitswap;
import beacon.dht.bitswap.BitswapLimits;
import beacon.dht.bitswap.Blocks;
import beacon.dht.bitswap.Fetched;
import beacon.dht.bitswap.ProviderSource;
import beacon.dht.bitswap.Session;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.file.FileBlockstore;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How fast 64 MiB in blocks of 256 KiB go from one peer to another on the loopback, both in this process, stores in
 * files. Run by hand: {@code java -cp … beacon.dht.libp2p.BitswapBenchmark [fsync]}.
 */
final class BitswapBenchmark {
    private static final int BLOCKS = 256;
    private static final int BLOCK_BYTES = 256 << 10;
    private static final int ROUNDS = 8;

    private BitswapBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        boolean fsync = List.of(arguments).contains("fsync");
        Path folder = Files.createTempDirectory("bitswap-benchmark");
        Map<Cid, ByteString> blocks = Blocks.random(BLOCKS, BLOCK_BYTES);
        ExecutorService workers = Executors.newFixedThreadPool(4);
        try (TcpHosts servers = new TcpHosts();
                FileBlockstore store = open(folder.resolve("server"), false)) {
            blocks.forEach(store::put);
            TcpHost server = servers.start(Limits.forLoopback());
            servers.await(() -> start(server, store, workers));
            for (int round = 0; round < ROUNDS; round++) {
                try (TcpHosts clients = new TcpHosts();
                        FileBlockstore target = open(folder.resolve("client-" + round), fsync)) {
                    TcpHost client = clients.start(Limits.forLoopback());
                    Bitswap bitswap = clients.await(() -> start(client, target, workers));
                    clients.await(() -> client.connect(server.id(), server.listenAddresses()));
                    long cpu = cpuNanos();
                    long start = System.nanoTime();
                    int count = clients.await(
                            () -> fetch(bitswap.session(List.of(server.id()), ProviderSource.NONE), blocks));
                    double seconds = (System.nanoTime() - start) / 1e9;
                    System.out.printf(
                            "%d blocks in %.3f s: %.0f MB/s, %.2f s of CPU for both ends; %s%n",
                            count,
                            seconds,
                            BLOCKS * (double) BLOCK_BYTES / 1e6 / seconds,
                            (cpuNanos() - cpu) / 1e9,
                            bitswap.counters());
                }
            }
        } finally {
            workers.shutdownNow();
        }
    }

    private static FileBlockstore open(Path folder, boolean fsync) {
        BlockLimits limits = new BlockLimits(1 << 30, BlockLimits.DEFAULT_MAX_BLOCK_BYTES);
        return FileBlockstore.open(folder, new FileBlockstore.Options(limits, 1 << 20, fsync), (cid, size) -> {});
    }

    private static CompletableFuture<Bitswap> start(TcpHost host, Blockstore store, ExecutorService workers) {
        return CompletableFuture.completedFuture(Bitswap.start(
                host, new Bitswap.Settings(store, workers, InstantSource.system(), BitswapLimits.defaults())));
    }

    private static CompletableFuture<Integer> fetch(Session session, Map<Cid, ByteString> blocks) {
        List<CompletableFuture<Fetched>> gets = new ArrayList<>();
        blocks.keySet().forEach(cid -> gets.add(session.get(cid).toCompletableFuture()));
        return CompletableFuture.allOf(gets.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> gets.size());
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
