package beacon.dht.providers;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadKey;
import beacon.dht.kademlia.KadNetwork;
import beacon.dht.kademlia.Kademlia;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest {
    private static final Duration INTERVAL = Duration.ofHours(22);
    private static final Duration TIME_TO_LIVE = Duration.ofDays(2);

    private final KadNetwork net = new KadNetwork(11);

    private Providing providing(Kademlia node) {
        return new Providing(node, net.loop, new Random(3), new ProvideSchedule(INTERVAL, TIME_TO_LIVE, 1_000_000));
    }

    /** Sweeps until nothing is due any more. */
    private int sweepAll(Providing providing) {
        int regions = 0;
        while (true) {
            Optional<SweepResult> result = net.await(providing.sweepMostUrgent());
            if (result.isEmpty()) {
                return regions;
            }
            assertThat(result.get().announced())
                    .as("%s", result)
                    .isEqualTo(result.get().due());
            regions++;
        }
    }

    /** Share of the copies that should be there and are. */
    private double coverage(List<ByteString> contents, int stride) {
        int wanted = 0;
        int there = 0;
        for (int i = 0; i < contents.size(); i += stride) {
            for (PeerId server : net.trulyClosest(contents.get(i), 20)) {
                Kademlia node = net.nodes.stream()
                        .filter(one -> one.host().id().equals(server))
                        .findFirst()
                        .orElseThrow();
                wanted++;
                there += node.provides(contents.get(i)) ? 1 : 0;
            }
        }
        return (double) there / wanted;
    }

    @Test
    void announcing5000ContentsIn300NodesCostsLessThan5PercentOfOneLookUpEach() {
        net.growAcquainted(300);
        net.nodes.forEach(node -> providing(node).start());
        Kademlia node = net.join(KadNetwork.peer(net.any()));
        Providing providing = providing(node);
        List<ByteString> contents = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            contents.add(net.content());
            assertThat(providing.schedule().add(contents.get(i))).isTrue();
        }
        long before = node.counters().requestsSent();
        for (int i = 0; i < 20; i++) {
            net.await(node.closestPeers(contents.get(i)));
        }
        double perLookup = (node.counters().requestsSent() - before) / 20.0;
        before = node.counters().requestsSent();

        int regions = sweepAll(providing);

        double swept =
                node.counters().requestsSent() - before + providing.counters().requests();
        double share = swept / (perLookup * contents.size());
        System.out.printf(
                "%d regions, %.0f requests for 5000 contents, %.1f for a look-up: %.2f %%%n",
                regions, swept, perLookup, 100 * share);
        assertThat(share).isLessThan(0.05);
        assertThat(coverage(contents, 50)).isGreaterThan(0.98);
        assertThat(providing.counters().incomplete()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10, 21})
    void losesNothingInSmallNetworks(int nodes) {
        net.grow(nodes);
        Providing providing = providing(net.nodes.get(0));
        List<ByteString> contents = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            contents.add(net.content());
            providing.schedule().add(contents.get(i));
        }

        int regions = sweepAll(providing);

        assertThat(regions).isLessThanOrEqualTo(3);
        for (ByteString content : contents) {
            for (Kademlia node : net.nodes.subList(1, nodes)) {
                boolean belongs =
                        net.trulyClosest(content, 20).contains(node.host().id());
                net.loop.advance(Duration.ofMillis(100));
                assertThat(!belongs || node.provides(content)).isTrue();
            }
        }
    }

    @Test
    void losesNothingWhenAllIdsShareAPrefix() {
        for (int i = 0; i < 12; i++) {
            Kademlia node = net.node(net.host(skewedId(i)), KadNetwork.quiet());
            net.await(node.start(Optional.empty()));
            if (i > 0) {
                net.await(node.host()
                        .connect(
                                net.nodes.get(0).host().id(),
                                net.nodes.get(0).host().listenAddresses()));
                net.await(node.refresh());
            }
        }
        net.await(net.nodes.get(0).refresh());
        Providing providing = providing(net.nodes.get(0));
        List<ByteString> contents = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            contents.add(net.content());
            providing.schedule().add(contents.get(i));
        }

        sweepAll(providing);
        net.loop.advance(Duration.ofSeconds(1));

        for (ByteString content : contents) {
            assertThat(net.nodes.subList(1, 12)).allMatch(node -> node.provides(content));
        }
    }

    private PeerId skewedId(int number) {
        ByteBuffer key = ByteBuffer.allocate(36);
        for (int attempt = 0; ; attempt++) {
            key.putInt(0, 0x08011220).putInt(4, number).putInt(8, attempt);
            PeerId id = PeerId.ofPublicKey(ByteString.copyFrom(key.array()));
            if (KadKey.of(id).a() >>> 54 == 0b1100110011) {
                return id;
            }
        }
    }

    @Test
    void aRecordIsAnnouncedAgainByALiveProviderSoThatItNeverExpires() {
        net.grow(12);
        Providing providing = providing(net.nodes.get(3));
        providing.start();
        List<ByteString> contents = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            contents.add(net.content());
            assertThat(net.await(providing.provide(contents.get(i)))).isTrue();
        }

        for (int hours = 0; hours < 60; hours += 6) {
            net.loop.advance(Duration.ofHours(6));
            assertThat(providing.schedule().smallestMargin(net.loop.instant()).orElseThrow())
                    .isGreaterThan(Duration.ofHours(25));
        }

        for (ByteString content : contents) {
            assertThat(net.await(net.nodes.get(9).findProviders(content, 1)).peers())
                    .hasSize(1);
        }
        assertThat(providing.counters().regions()).isBetween(2L, 6L);
    }

    @Test
    void peersThatDoNotTakeBatchesGetStandardMessages() {
        net.grow(6);
        Providing providing = providing(net.nodes.get(0));
        for (int i = 0; i < 50; i++) {
            providing.schedule().add(net.content());
        }

        sweepAll(providing);
        net.loop.advance(Duration.ofSeconds(1));

        assertThat(providing.counters().singleMessages()).isEqualTo(5 * 50);
        assertThat(providing.counters().requests()).isEqualTo(5);
        assertThat(net.nodes.subList(1, 6)).allMatch(node -> node.providerRecords() == 50);
    }

    @Test
    void aContentStaysDueWhileNobodyCanBeTold() {
        net.grow(4);
        Providing providing = providing(net.nodes.get(0));
        ByteString content = net.content();
        providing.schedule().add(content);
        net.nodes.subList(1, 4).forEach(node -> net.silent.add(node.host().id()));
        providing.start();

        net.loop.advance(Duration.ofMinutes(5));
        assertThat(providing.schedule().mostUrgent(net.loop.instant())).isPresent();

        net.silent.clear();
        net.loop.advance(Duration.ofMinutes(20));
        assertThat(providing.schedule().mostUrgent(net.loop.instant())).isEmpty();
        assertThat(net.nodes.subList(1, 4)).allMatch(node -> node.provides(content));
    }

    @Test
    void serversPastThoseThatArePlantedNextToAContentAreToldAsWell() {
        net.growAcquainted(150);
        Kademlia node = net.join(KadNetwork.peer(net.any()));
        for (int i = 0; i < 10; i++) {
            net.await(node.closestPeers(net.content()));
        }
        ByteString content = net.content();
        List<Kademlia> honest = List.copyOf(net.nodes);
        List<Kademlia> planted = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Kademlia one = net.node(net.host(idNear(KadKey.of(content), i)), KadNetwork.quiet());
            net.await(one.start(Optional.empty()));
            planted.add(one);
            for (Kademlia other : honest) {
                other.table().offer(KadNetwork.peer(one), net.loop.instant());
            }
            for (Kademlia other : honest) {
                one.table().offer(KadNetwork.peer(other), net.loop.instant());
            }
        }
        Providing providing = providing(node);
        providing.schedule().add(content);

        sweepAll(providing);
        net.loop.advance(Duration.ofSeconds(1));

        assertThat(planted).anyMatch(one -> one.provides(content));
        assertThat(honest.stream().filter(one -> one.provides(content)).count()).isGreaterThanOrEqualTo(15);
    }

    private PeerId idNear(KadKey point, int number) {
        ByteBuffer key = ByteBuffer.allocate(36);
        for (int attempt = 0; ; attempt++) {
            key.putInt(0, 0x08011220).putInt(4, number).putInt(8, attempt);
            PeerId id = PeerId.ofPublicKey(ByteString.copyFrom(key.array()));
            if (KadKey.of(id).commonPrefix(point) >= 14) {
                return id;
            }
        }
    }

    @Test
    void configurationsWithoutServersSweepAsWell() {
        net.grow(10);
        Kademlia client = net.node(
                net.host(),
                KadConfig.server(KadConfig.BEACON, List.of(KadNetwork.peer(net.any())))
                        .asClient());
        net.await(client.start(Optional.empty()));
        Providing providing = providing(client);
        ByteString content = net.content();
        providing.schedule().add(content);

        sweepAll(providing);
        net.loop.advance(Duration.ofSeconds(1));

        assertThat(net.nodes.subList(0, 10)).allMatch(node -> node.provides(content));
    }
}
