package beacon.dht.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.bitswap.Bitswap;
import beacon.dht.bitswap.BitswapLimits;
import beacon.dht.bitswap.Fetched;
import beacon.dht.bitswap.ProviderSource;
import beacon.dht.bitswap.Session;
import beacon.dht.blockstore.BlockHash;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.file.FileBlockstore;
import beacon.dht.testing.Vectors;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 64 MiB in blocks of 256 KiB go from Beacon to the newest Helia and back, whoever dials. */
class HeliaInteropIT {
    private static final int BLOCKS = 256;
    private static final int BLOCK_BYTES = 256 << 10;
    private static final long TOTAL_BYTES = (long) BLOCKS * BLOCK_BYTES;
    private static JsPeer helia;
    private static PeerId heliaId;
    private static List<Multiaddr> heliaAddresses;

    @TempDir
    Path folder;

    private final TcpHosts hosts = new TcpHosts();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private FileBlockstore store;
    private TcpHost host;
    private Bitswap bitswap;

    @BeforeAll
    static void startHelia() {
        helia = JsPeer.start("helia", "helia.mjs");
        heliaId = PeerId.parse(Vectors.values(helia.ready(), "peer").get(0));
        heliaAddresses = Vectors.list(helia.ready(), "addrs").stream()
                .map(Multiaddr::parse)
                .toList();
    }

    @AfterAll
    static void stopHelia() {
        if (helia != null) {
            helia.close();
        }
    }

    @BeforeEach
    void startBeacon() {
        store = FileBlockstore.open(
                folder,
                new FileBlockstore.Options(new BlockLimits(1 << 30, 2 << 20), 16 << 20, true),
                (cid, size) -> {});
        host = hosts.start(Limits.forLoopback());
        hosts.await(() -> {
            bitswap = Bitswap.start(
                    host, new Bitswap.Settings(store, workers, InstantSource.system(), BitswapLimits.defaults()));
            return CompletableFuture.completedFuture(null);
        });
    }

    @AfterEach
    void stopBeacon() {
        helia.ask("hangUp", "");
        hosts.close();
        workers.shutdownNow();
        store.close();
    }

    private void beaconDials() {
        assertThat(hosts.await(() -> host.connect(heliaId, heliaAddresses))).isEqualTo(heliaId);
    }

    private void heliaDials() {
        Multiaddr address = host.listenAddresses().get(0).withPeer(host.id());
        assertThat(helia.ask("dial", ",\"addr\":\"%s\"".formatted(address)))
                .contains(host.id().toString());
    }

    @Test
    void heliaFetchesFromBeaconThatDialled() {
        beaconDials();
        heliaFetches(1);
    }

    @Test
    void heliaDialsBeaconAndFetches() {
        heliaDials();
        heliaFetches(2);
    }

    @Test
    void beaconDialsHeliaAndFetches() {
        beaconDials();
        beaconFetches("third");
    }

    @Test
    void beaconFetchesFromHeliaThatDialled() {
        heliaDials();
        hosts.awaitTrue(() -> host.isConnected(heliaId));
        beaconFetches("fourth");
    }

    private void heliaFetches(int seed) {
        Random random = new Random(seed);
        MessageDigest digest = Digests.sha256();
        List<Cid> cids = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            byte[] bytes = new byte[BLOCK_BYTES];
            random.nextBytes(bytes);
            digest.update(bytes);
            ByteString block = ByteString.copyFrom(bytes);
            Cid cid = BlockHash.sha256(Cid.RAW, block);
            assertThat(store.put(cid, block).isKept()).isTrue();
            cids.add(cid);
        }
        String list = cids.stream().map(cid -> '"' + cid.toString() + '"').collect(Collectors.joining(","));

        String answer = helia.ask("fetch", ",\"parallel\":32,\"cids\":[%s]".formatted(list));

        System.err.printf("Helia fetched 64 MiB from Beacon: %s%n", answer);
        assertThat(answer).contains("\"bytes\":" + TOTAL_BYTES);
        assertThat(Vectors.values(answer, "digest"))
                .containsExactly(HexFormat.of().formatHex(digest.digest()));
    }

    private void beaconFetches(String seed) {
        String made =
                helia.ask("make", ",\"seed\":\"%s\",\"count\":%d,\"size\":%d".formatted(seed, BLOCKS, BLOCK_BYTES));
        List<Cid> cids = Vectors.list(made, "cids").stream().map(Cid::parse).toList();
        assertThat(cids).hasSize(BLOCKS);
        long start = System.nanoTime();

        List<Fetched> fetched = hosts.await(() -> {
            Session session = bitswap.session(List.of(heliaId), ProviderSource.NONE);
            List<CompletableFuture<Fetched>> gets = new ArrayList<>();
            cids.forEach(cid -> gets.add(session.get(cid).toCompletableFuture()));
            return CompletableFuture.allOf(gets.toArray(CompletableFuture<?>[]::new))
                    .thenApply(
                            done -> gets.stream().map(CompletableFuture::join).toList());
        });

        System.err.printf(
                "Beacon fetched 64 MiB from Helia: %d ms, %s%n",
                (System.nanoTime() - start) / 1_000_000, bitswap.counters());
        assertThat(fetched.stream().mapToLong(block -> block.bytes().size()).sum())
                .isEqualTo(TOTAL_BYTES);
        assertThat(cids).allSatisfy(cid -> assertThat(store.get(cid)).isPresent());
    }
}
