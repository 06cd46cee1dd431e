package beacon.node.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.bitswap.Fetched;
import beacon.dht.bitswap.Session;
import beacon.dht.blockstore.BlockHash;
import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.libp2p.Limits;
import beacon.dht.libp2p.PeerKeys;
import beacon.dht.node.DhtConfig;
import beacon.dht.node.DhtNode;
import beacon.dht.placement.PlaceOutcome;
import beacon.dht.placement.PlacementRefusal;
import beacon.dht.wire.Multiaddr;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bitswap and the store protocol run in a DHT node: one name, one port, one loop. */
class BlockServiceIT {
    private static final long QUOTA_BYTES = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Multiaddr LISTEN = Multiaddr.parse("/ip4/127.0.0.1/tcp/0");

    @TempDir
    Path directory;

    private StoreFolder storage;
    private StoreFolder own;
    private DhtNode dht;
    private BlockService blocks;
    private BlockNode peer;

    @BeforeEach
    void start() {
        storage = StoreFolder.open(directory.resolve("storage"), QUOTA_BYTES);
        own = StoreFolder.open(directory.resolve("own"), QUOTA_BYTES);
        dht = DhtNode.start(new DhtConfig(
                Optional.of(directory.resolve("dht")),
                List.of(LISTEN),
                Limits.forLoopback(),
                KadConfig.server(KadConfig.BEACON, List.of()),
                DhtConfig.Upkeep.DEFAULT,
                "beacon-test"));
        PeerKeys allowed = own.keys();
        blocks = BlockService.start(
                dht.host(), new BlockService.Settings(storage.blocks(), dht.keys(), List.of(allowed.peerId())));
        peer = BlockNode.start(own, new BlockNode.Settings(allowed, LISTEN, List.of(), "beacon-test"));
    }

    @AfterEach
    void stop() {
        peer.close();
        blocks.close();
        dht.close();
        own.close();
        storage.close();
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private PlaceOutcome place(BlockNode from, ByteString bytes) {
        KadPeer target = dht.self();
        return await(from.blocks().place(target, BlockHash.sha256(Cid.RAW, bytes), bytes, PATIENCE));
    }

    private String scrape() throws Exception {
        PrometheusRegistry registry = new PrometheusRegistry();
        BlockGauges.register(registry, blocks);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, registry.scrape());
        return text.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aDhtNodeTakesBlocksGivesThemAndCountsBoth() throws Exception {
        ByteString bytes = ByteString.copyFromUtf8("a block for the DHT node");

        PlaceOutcome outcome = place(peer, bytes);
        own.blocks().delete(BlockHash.sha256(Cid.RAW, bytes));
        Session session = await(peer.blocks().session(List.of(dht.self())));
        Fetched fetched = await(peer.blocks()
                .ask(() -> session.get(BlockHash.sha256(Cid.RAW, bytes)))
                .thenCompose(stage -> stage));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        PlaceOutcome.Placed.class,
                        placed -> assertThat(placed.receipt().storer())
                                .isEqualTo(dht.host().id())
                                .isEqualTo(dht.keys().peerId()));
        assertThat(fetched.bytes()).isEqualTo(bytes);
        assertThat(scrape())
                .contains(
                        "beacon_blocks_stored 1.0",
                        "beacon_blocks_bytes " + (double) bytes.size(),
                        "beacon_placement_blocks_total 1.0",
                        "beacon_placement_underway_bytes 0.0",
                        "beacon_bitswap_blocks_sent_total 1.0",
                        "beacon_bitswap_bytes_sent_total " + (double) bytes.size());
    }

    @Test
    void strangersAreRefusedAndCounted() throws Exception {
        try (StoreFolder theirs = StoreFolder.open(directory.resolve("theirs"), QUOTA_BYTES);
                BlockNode stranger = BlockNode.start(
                        theirs, new BlockNode.Settings(theirs.keys(), LISTEN, List.of(), "beacon-test"))) {
            PlaceOutcome outcome = place(stranger, ByteString.copyFromUtf8("not from you"));

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            PlaceOutcome.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(PlacementRefusal.NOT_AUTHORISED));
        }
        assertThat(scrape()).contains("beacon_placement_refused_total 1.0", "beacon_blocks_stored 0.0");
    }
}
