package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.dht.memory.MemoryHost;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The eight test cases of a public task for such a DHT, in virtual time, and what else a node must do. */
class KademliaScenarioTest {
    private final KadNetwork net = new KadNetwork(1);

    @Test
    void threeNodesFindEachOtherSortedByXorDistanceWithin5Seconds() {
        Kademlia first = net.join();
        Kademlia second = net.node(net.host(), KadConfig.server(KadConfig.BEACON, List.of(KadNetwork.peer(first))));
        Kademlia third = net.node(net.host(), KadConfig.server(KadConfig.BEACON, List.of(KadNetwork.peer(first))));
        second.start(Optional.empty());
        third.start(Optional.empty());

        assertThat(net.loop.runUntil(
                        () -> net.nodes.stream().allMatch(node -> node.table().size() == 2), Duration.ofSeconds(5)))
                .isTrue();

        for (Kademlia node : net.nodes) {
            ByteString key = net.content();
            List<PeerId> found = net.await(node.closestPeers(key)).closest().stream()
                    .map(KadPeer::id)
                    .toList();
            assertThat(found).hasSize(2).doesNotContain(node.host().id());
            assertThat(found)
                    .isSortedAccordingTo(
                            Comparator.comparing(KadKey::of, KadKey.of(key).byDistance()));
        }
    }

    @Test
    void aProviderRecordIsPublishedWithPeerIdAddressesAndTimeToLive() {
        net.grow(30);
        Kademlia provider = net.any();
        ByteString content = net.content();

        ProvideResult result = net.await(provider.provide(content));
        net.loop.advance(Duration.ofSeconds(1));

        assertThat(result.stored()).isEqualTo(20);
        assertThat(result.failed()).isZero();
        int holders = 0;
        for (Kademlia node : net.nodes) {
            for (ProviderRecord record : node.state().providers()) {
                holders++;
                assertThat(record.key()).isEqualTo(content);
                assertThat(record.provider().id()).isEqualTo(provider.host().id());
                assertThat(record.provider().addresses())
                        .isEqualTo(provider.host().listenAddresses());
                assertThat(Duration.between(net.loop.instant(), record.expires()))
                        .isBetween(Duration.ofHours(47), Duration.ofHours(48));
            }
        }
        assertThat(holders).isBetween(20, 21);
    }

    @Test
    void aLookUpAnswersWithin2SecondsAndTheAddressIsDialable() {
        net.grow(100);
        ByteString content = net.content();
        Kademlia provider = net.any();
        net.await(provider.provide(content));
        Kademlia seeker = net.join(KadNetwork.peer(net.any()));
        Instant start = net.loop.instant();

        Providers found = net.await(seeker.findProviders(content, 1));

        assertThat(Duration.between(start, net.loop.instant())).isLessThan(Duration.ofSeconds(2));
        assertThat(found.peers())
                .extracting(KadPeer::id)
                .containsExactly(provider.host().id());
        KadPeer peer = found.peers().get(0);
        assertThat(net.await(seeker.host().connect(peer.id(), peer.addresses())))
                .isEqualTo(peer.id());
    }

    @Test
    void aNewNodeWith3BootstrapPeersHasMoreThan10PeersWithin30Seconds() {
        net.grow(40);
        Kademlia newcomer = net.node(
                net.host(),
                KadConfig.server(
                        KadConfig.BEACON,
                        List.of(
                                KadNetwork.peer(net.nodes.get(0)),
                                KadNetwork.peer(net.nodes.get(1)),
                                KadNetwork.peer(net.nodes.get(2)))));
        newcomer.start(Optional.empty());

        assertThat(net.loop.runUntil(() -> newcomer.table().size() > 10, Duration.ofSeconds(30)))
                .isTrue();
    }

    @Test
    void refreshRemovesDeadPeersAndFindsNewOnes() {
        net.grow(30);
        Kademlia node = net.nodes.get(0);
        List<Kademlia> dead = List.copyOf(net.nodes.subList(5, 12));
        assertThat(dead).allMatch(peer -> node.table().contains(peer.host().id()));
        dead.forEach(net::kill);
        Kademlia fresh =
                net.node(net.host(), KadConfig.server(KadConfig.BEACON, List.of(KadNetwork.peer(net.nodes.get(20)))));
        fresh.start(Optional.empty());

        net.loop.advance(Duration.ofMinutes(12));

        assertThat(dead).noneMatch(peer -> node.table().contains(peer.host().id()));
        assertThat(node.table().contains(fresh.host().id())).isTrue();
    }

    @Test
    void aRecordPastItsTimeToLiveIsNotReturned() {
        net.grow(10);
        ByteString content = net.content();
        net.await(net.nodes.get(3).provide(content));
        net.kill(net.nodes.get(3));
        Kademlia seeker = net.nodes.get(7);
        net.loop.advance(Duration.ofHours(47));
        assertThat(net.await(seeker.findProviders(content, 1)).peers()).hasSize(1);

        net.loop.advance(Duration.ofHours(1).plusMinutes(1));

        assertThat(net.await(seeker.findProviders(content, 1)).peers()).isEmpty();
        assertThat(net.nodes)
                .allMatch(node ->
                        node.providerRecords() == 0 || node.state().providers().isEmpty());
    }

    @Test
    void aQueryToAnUnreachableTargetEndsAfter10SecondsWithItsTextAndCounter() {
        net.grow(3);
        Kademlia node = net.nodes.get(0);
        Kademlia target = net.nodes.get(1);
        net.silent.add(target.host().id());
        Instant start = net.loop.instant();

        CompletableFuture<KadMessage> query = node.ask(KadNetwork.peer(target), KadMessage.findNode(net.content()))
                .toCompletableFuture();
        net.loop.runUntil(query::isDone, KadNetwork.PATIENCE);

        assertThat(Duration.between(start, net.loop.instant())).isEqualTo(Duration.ofSeconds(10));
        assertThatThrownBy(query::join)
                .hasCauseInstanceOf(KadException.class)
                .hasMessageContaining("DHT query timeout");
        assertThat(node.counters().queryTimeouts()).isEqualTo(1);
    }

    @Test
    void aLookUpThatNobodyAnswersEndsWithin10SecondsWithTheSameText() {
        net.grow(3);
        Kademlia node = net.nodes.get(0);
        net.silent.add(net.nodes.get(1).host().id());
        net.silent.add(net.nodes.get(2).host().id());
        Instant start = net.loop.instant();

        CompletableFuture<LookupResult> query = node.closestPeers(net.content()).toCompletableFuture();
        net.loop.runUntil(query::isDone, KadNetwork.PATIENCE);

        assertThat(Duration.between(start, net.loop.instant())).isLessThanOrEqualTo(Duration.ofSeconds(10));
        assertThatThrownBy(query::join).hasMessageContaining("DHT query timeout");
        assertThat(node.counters().queryTimeouts()).isEqualTo(1);
    }

    @Test
    void aFullBucketPingsItsStalePeerAndReplacesItWhileItsSizeStays20() {
        MemoryHost host = net.host();
        Kademlia node = net.node(host, KadConfig.server(KadConfig.BEACON, List.of()));
        net.await(node.start(Optional.empty()));
        KadKey self = KadKey.of(host.id());
        // Peers of the far half of the key space fill bucket 0.
        while (node.table().bucketSizes(0)[0] < 20) {
            joinInFarHalf(host, self);
        }
        PeerId stale = node.table().entries().get(7).id();
        net.silent.add(stale);
        net.loop.advance(Duration.ofMinutes(4));
        node.table().entries().stream()
                .filter(entry -> !entry.id().equals(stale))
                .forEach(entry -> node.table().seen(entry.id(), net.loop.instant()));
        net.loop.advance(Duration.ofSeconds(50));
        // No refresh has passed by now; the stale peer is the only one silent for five minutes in ten more seconds.
        net.loop.runUntil(() -> false, Duration.ofSeconds(1));
        TableEntry entry = node.table().entries().stream()
                .filter(one -> one.id().equals(stale))
                .findFirst()
                .orElseThrow();
        net.loop.advance(Duration.between(net.loop.instant(), entry.lastSeen().plus(RoutingTable.STALE_AFTER)));

        PeerId newcomer = joinInFarHalf(host, self);
        net.loop.advance(Duration.ofSeconds(15));

        assertThat(node.table().bucketSizes(0)[0]).isEqualTo(20);
        assertThat(node.table().contains(stale)).isFalse();
        assertThat(node.table().contains(newcomer)).isTrue();
    }

    private PeerId joinInFarHalf(MemoryHost host, KadKey self) {
        MemoryHost other = net.host();
        while (KadKey.of(other.id()).commonPrefix(self) != 0) {
            other = net.host();
        }
        Kademlia peer = new Kademlia(
                other,
                net.loop,
                new Random(5),
                KadConfig.server(KadConfig.BEACON, List.of()),
                new Validators(Map.of()));
        net.await(peer.start(Optional.empty()));
        net.await(other.connect(host.id(), host.listenAddresses()));
        net.loop.advance(Duration.ofMillis(200));
        return other.id();
    }

    @Test
    void clientsFindButAreNotFound() {
        net.grow(20);
        Kademlia client = net.node(
                net.host(),
                KadConfig.server(KadConfig.BEACON, List.of(KadNetwork.peer(net.any())))
                        .asClient());
        net.await(client.start(Optional.empty()));
        ByteString content = net.content();
        net.await(net.nodes.get(3).provide(content));

        assertThat(net.await(client.findProviders(content, 1)).peers()).hasSize(1);

        assertThat(net.nodes.subList(0, 20))
                .noneMatch(node -> node.table().contains(client.host().id()));
    }

    @Test
    void aPeerThatServesNoLongerLeavesTheTable() {
        net.grow(3);
        Kademlia leaver = net.nodes.get(1);
        assertThat(net.nodes.get(0).table().contains(leaver.host().id())).isTrue();

        leaver.close();
        net.loop.advance(Duration.ofSeconds(1));

        assertThat(net.nodes.get(0).table().contains(leaver.host().id())).isFalse();
    }

    @Test
    void valuesArePutAndTheBestOneIsFoundAndSpread() {
        net.grow(40);
        ByteString key = ByteString.copyFromUtf8("/test/name");

        assertThat(net.await(net.nodes.get(1).putValue(key, ByteString.copyFromUtf8("a"))))
                .isBetween(19, 20);
        assertThat(net.await(net.nodes.get(2).putValue(key, ByteString.copyFromUtf8("b"))))
                .isPositive();

        assertThat(net.await(net.nodes.get(30).getValue(key))).contains(ByteString.copyFromUtf8("b"));
        assertThat(net.await(net.nodes.get(5).getValue(ByteString.copyFromUtf8("/test/none"))))
                .isEmpty();
        assertThatThrownBy(() ->
                        net.await(net.nodes.get(5).putValue(ByteString.copyFromUtf8("/other/name"), ByteString.EMPTY)))
                .hasCauseInstanceOf(KadException.class);
    }

    @Test
    void findsAPeerByItsId() {
        net.grow(60);
        Kademlia seeker = net.join(KadNetwork.peer(net.any()));
        Kademlia wanted = net.nodes.get(17);
        net.await(seeker.host().disconnect(wanted.host().id()));

        assertThat(net.await(seeker.findPeer(wanted.host().id())))
                .hasValueSatisfying(peer ->
                        assertThat(peer.addresses()).isEqualTo(wanted.host().listenAddresses()));
    }

    @Test
    void theStateSurvivesARestart() {
        net.grow(25);
        ByteString content = net.content();
        net.await(net.nodes.get(3).provide(content));
        net.await(net.nodes.get(3).putValue(ByteString.copyFromUtf8("/test/x"), ByteString.copyFromUtf8("y")));
        net.loop.advance(Duration.ofSeconds(1));
        KadState kept = KadState.decode(net.nodes.get(7).state().encode());
        assertThat(kept).isEqualTo(net.nodes.get(7).state());

        Kademlia again = net.node(net.host(), KadConfig.server(KadConfig.BEACON, List.of()));
        net.await(again.start(Optional.of(kept)));

        assertThat(again.table().size()).isGreaterThan(10);
        assertThat(again.providerRecords()).isEqualTo(kept.providers().size());
        assertThat(again.state().values()).hasSameSizeAs(kept.values());
    }

    @Test
    void aThirdOfTheNodesDyingDoesNotHideARecord() {
        net.grow(90);
        ByteString content = net.content();
        Kademlia provider = net.nodes.get(3);
        net.await(provider.provide(content));
        for (int i = 0; i < 30; i++) {
            Kademlia victim = net.any();
            if (victim != provider && victim != net.nodes.get(0)) {
                net.kill(victim);
            }
        }

        assertThat(net.await(net.nodes.get(0).findProviders(content, 1)).peers())
                .hasSize(1);
    }
}
