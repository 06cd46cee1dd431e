package beacon.dht.node;

import static beacon.dht.node.DhtNodes.await;
import static beacon.dht.node.DhtNodes.awaitPeers;
import static beacon.dht.node.DhtNodes.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.PeerInfo;
import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.libp2p.TcpHost;
import beacon.dht.testing.Vectors;
import beacon.dht.wire.Multibase;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The newest js-libp2p and Beacon are one DHT, whoever dials. */
class JsDhtInteropIT {
    private static final int CONTENTS = 100;
    private static final int EACH = 10;
    /** Small enough that look-ups in twenty nodes have to ask others. */
    private static final int SMALL_K = 4;

    private final DhtNodes nodes = new DhtNodes();
    private JsDht js;

    @AfterEach
    void stop() {
        nodes.close();
        if (js != null) {
            js.close();
        }
    }

    /** CIDv1, raw, as js reads it. */
    private static String cid(ByteString multihash) {
        return Multibase.BASE32.encode(ByteString.copyFrom(new byte[] {1, 0x55}).concat(multihash));
    }

    private static String address(KadPeer peer) {
        return peer.addresses().get(0).withPeer(peer.id()).toString();
    }

    /** One node of each kind, which know each other; one of them has dialled. */
    private DhtNode meet(String dialler) {
        js = JsDht.start(1, 20);
        DhtNode beacon = dialler.equals("beacon") ? nodes.start(js.peer(0)) : nodes.start();
        if (dialler.equals("js")) {
            assertThat(js.ask(0, "connect " + address(beacon.self())))
                    .contains(beacon.host().id().toString());
        }
        awaitPeers(beacon, 1);
        awaitTrue("js to know Beacon", () -> js.ask(0, "table").contains("\"size\":1"));
        return beacon;
    }

    @ParameterizedTest
    @ValueSource(strings = {"beacon", "js"})
    void identifyAndPing(String dialler) {
        DhtNode beacon = meet(dialler);
        KadPeer other = js.peer(0);

        TcpHost.Identified told = await(beacon.call(() -> beacon.host().identify(other.id())));
        assertThat(await(beacon.call(() -> beacon.host().ping(other.id())))).isPositive();
        assertThat(told.info().protocols()).contains(KadConfig.BEACON);
        assertThat(told.info().addresses()).isEqualTo(other.addresses());
        assertThat(told.observed()).isPresent();
        PeerInfo known =
                await(beacon.ask(() -> beacon.host().peers().info(other.id()))).orElseThrow();
        assertThat(known.agent()).contains("js-libp2p");

        String identified = js.ask(0, "identify " + beacon.host().id());
        assertThat(js.ask(0, "ping " + beacon.host().id() + " 3")).contains("rttMs");
        assertThat(Vectors.values(identified, "agent")).containsExactly("beacon-test");
        assertThat(Vectors.list(identified, "protocols")).contains(KadConfig.BEACON, "/ipfs/ping/1.0.0");
        assertThat(Vectors.list(identified, "listenAddrs"))
                .containsExactly(beacon.host().listenAddresses().get(0).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"beacon", "js"})
    void hundredProvidesAndLookUpsInBothDirections(String dialler) {
        DhtNode beacon = meet(dialler);
        for (int i = 0; i < CONTENTS; i++) {
            ByteString ours = nodes.content();
            ByteString theirs = nodes.content();

            assertThat(await(beacon.call(() -> beacon.service().provide(ours))).stored())
                    .isEqualTo(1);
            js.ask(0, "provide " + cid(theirs));

            // ADD_PROVIDER has no answer, so the other side may need a moment.
            awaitTrue(
                    "js to find content " + i,
                    () -> Vectors.values(js.ask(0, "findProviders " + cid(ours) + " 1"), "id")
                            .contains(beacon.host().id().toString()));
            awaitTrue(
                    "Beacon to find content " + i,
                    () -> ids(await(beacon.call(() -> beacon.kademlia().findProviders(theirs, 1)))
                                    .peers())
                            .contains(js.peer(0).id().toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"beacon", "js"})
    void closestPeersAndValuesInBothDirections(String dialler) {
        DhtNode beacon = meet(dialler);
        ByteString key = ByteString.copyFromUtf8("/test/ours");

        assertThat(ids(await(beacon.call(() -> beacon.kademlia().closestPeers(key)))
                        .closest()))
                .containsExactly(js.peer(0).id().toString());
        assertThat(Vectors.values(js.ask(0, "getClosestPeers anything"), "id"))
                .contains(beacon.host().id().toString());

        assertThat(await(beacon.call(() -> beacon.kademlia().putValue(key, ByteString.copyFromUtf8("from-beacon")))))
                .isEqualTo(1);
        assertThat(js.ask(0, "get /test/ours")).contains("from-beacon");
        js.ask(0, "put /test/theirs from-js");
        assertThat(await(beacon.call(() -> beacon.kademlia().getValue(ByteString.copyFromUtf8("/test/theirs")))))
                .contains(ByteString.copyFromUtf8("from-js"));
    }

    private static List<String> ids(List<KadPeer> peers) {
        return peers.stream().map(peer -> peer.id().toString()).toList();
    }

    @Test
    void inAMixedNetworkOfTenAndTenEveryNodeFindsEveryProvider() {
        js = JsDht.start(EACH, SMALL_K);
        for (int i = 0; i < EACH; i++) {
            nodes.start(
                    Optional.empty(),
                    KadConfig.server(KadConfig.BEACON, List.of(js.peer(i))).withBucketSize(SMALL_K));
        }
        nodes.all().forEach(node -> awaitPeers(node, 1));
        nodes.all().forEach(node -> await(node.joined()));
        for (int i = 0; i < EACH; i++) {
            js.ask(i, "refresh");
        }
        nodes.all().forEach(node -> await(node.call(() -> node.kademlia().refresh())));
        List<ByteString> contents = new ArrayList<>();
        List<String> providers = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            DhtNode beacon = nodes.all().get(i);
            ByteString ours = nodes.content();
            assertThat(await(beacon.call(() -> beacon.service().provide(ours))).stored())
                    .isPositive();
            contents.add(ours);
            providers.add(beacon.host().id().toString());
            ByteString theirs = nodes.content();
            js.ask(i, "provide " + cid(theirs));
            contents.add(theirs);
            providers.add(js.peer(i).id().toString());
        }

        for (int i = 0; i < contents.size(); i++) {
            ByteString content = contents.get(i);
            String provider = providers.get(i);
            for (DhtNode seeker : nodes.all()) {
                awaitTrue(
                        "Beacon to find content " + content,
                        () -> ids(await(seeker.call(() -> seeker.kademlia().findProviders(content, 1)))
                                        .peers())
                                .contains(provider));
            }
            for (int seeker = 0; seeker < EACH; seeker++) {
                int node = seeker;
                awaitTrue(
                        "js to find content " + content,
                        () -> Vectors.values(js.ask(node, "findProviders " + cid(content) + " 1"), "id")
                                .contains(provider));
            }
        }
    }
}
