package beacon.node.announce;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.MemoryBlockstore;
import beacon.dht.kademlia.KadConfig;
import beacon.dht.libp2p.Limits;
import beacon.dht.node.DhtConfig;
import beacon.dht.node.DhtNode;
import beacon.dht.wire.Multiaddr;
import beacon.model.Cid;
import beacon.node.process.MemberCluster;
import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node announces what is placed on it and there, whatever it is told in which order. */
class AnnouncingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Blockstore store = new MemoryBlockstore(new BlockLimits(1 << 20, 1 << 10), (cid, size) -> {});
    private DhtNode server;
    private DhtNode node;
    private Announcing announcing;

    private static DhtNode start(KadConfig kad) {
        return DhtNode.start(new DhtConfig(
                Optional.empty(),
                List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")),
                Limits.forLoopback(),
                kad,
                DhtConfig.Upkeep.DEFAULT,
                "beacon-test"));
    }

    @BeforeEach
    void start() {
        server = start(KadConfig.server(KadConfig.BEACON, List.of()));
        node = start(KadConfig.server(KadConfig.BEACON, List.of(server.self())));
        announcing = Announcing.start(node, store);
        node.joined().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @AfterEach
    void stop() {
        node.close();
        server.close();
    }

    private static Cid cid(int number) {
        return Cid.sha256(0x71, ByteString.copyFrom(sha256(bytes(number))));
    }

    private static ByteString bytes(int number) {
        return ByteString.copyFromUtf8("manifest " + number);
    }

    private static byte[] sha256(ByteString bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Cid stored(int number) {
        Cid cid = cid(number);
        store.put(cid, bytes(number));
        return cid;
    }

    private boolean isFound(Cid cid) {
        return server.ask(() -> server.kademlia().provides(cid.multihash())).join();
    }

    private long contents() {
        return Margin.decode(margin()).contents();
    }

    private ByteString margin() {
        return server.call(() -> Margin.ask(server.host(), node.host().id(), PATIENCE))
                .join()
                .encode();
    }

    @Test
    void whatIsPlacedHereAndThereIsAnnouncedAtOnce() {
        Cid here = stored(1);

        announcing.placed(here.bytes());
        announcing.placed(cid(2).bytes());

        MemberCluster.await("a record", PATIENCE, () -> isFound(here));
        assertThat(announcing.announces(here.bytes())).isTrue();
        assertThat(announcing.announces(cid(2).bytes())).isFalse();
        assertThat(contents()).isEqualTo(1);
    }

    @Test
    void moreThanMayWaitGoWithTheirRegionAndNoneIsForgotten() {
        List<Cid> all = new ArrayList<>();
        for (int i = 0; i < Announcing.MAX_WAITING + 500; i++) {
            all.add(stored(i));
        }

        all.forEach(cid -> announcing.placed(cid.bytes()));

        MemberCluster.await(
                "all records",
                PATIENCE,
                () -> server.ask(() -> server.kademlia().providerRecords()).join() == all.size());
        assertThat(contents()).isEqualTo(all.size());
    }

    @Test
    void aLookAtEverythingDropsWhatIsElsewhereAndAddsWhatWasMissed() {
        announcing.placed(stored(1).bytes());
        announcing.placed(stored(2).bytes());
        stored(3);

        announcing.reconcile(pages -> {
            pages.accept(List.of(cid(2).bytes(), cid(3).bytes()));
            pages.accept(List.of(cid(4).bytes()));
        });

        assertThat(List.of(1, 2, 3, 4))
                .map(number -> announcing.announces(cid(number).bytes()))
                .containsExactly(false, true, true, false);
        assertThat(announcing.absent()).isEqualTo(1);
        MemberCluster.await("what was missed", PATIENCE, () -> isFound(cid(3)));
    }

    @Test
    void whatIsWithdrawnIsAnnouncedOnNoPulse() {
        announcing.placed(stored(1).bytes());
        announcing.withdrawn(cid(1).bytes());

        announcing.pulse();

        assertThat(announcing.announces(cid(1).bytes())).isFalse();
        assertThat(contents()).isZero();
    }

    @Test
    void aPulseTellsAgainWhoForgot() {
        announcing.placed(stored(1).bytes());
        MemberCluster.await("a record", PATIENCE, () -> isFound(cid(1)));
        server.close();
        server = start(KadConfig.server(KadConfig.BEACON, List.of(node.self())));
        MemberCluster.await(
                "a new server",
                PATIENCE,
                () -> node.ask(() ->
                                node.kademlia().table().contains(server.host().id()))
                        .join());

        announcing.pulse();

        MemberCluster.await("a record", PATIENCE, () -> isFound(cid(1)));
    }

    @Test
    void aNodeThatHeardNothingSaysSo() {
        assertThat(Margin.decode(margin()).hearsLog()).isFalse();

        announcing.heard();

        assertThat(Margin.decode(margin()).hearsLog()).isTrue();
    }
}
