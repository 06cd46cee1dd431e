package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.kademlia.Offer.Added;
import beacon.dht.kademlia.Offer.AskStale;
import beacon.dht.kademlia.Offer.Known;
import beacon.dht.kademlia.Offer.Refused;
import beacon.dht.kademlia.Offer.Waiting;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
    private static final Instant NOW = Instant.EPOCH.plusSeconds(1_000_000);
    private static final KadPeer SELF = peer(0, "/ip4/9.9.9.9/tcp/1");

    private final RoutingTable table = new RoutingTable(KadKey.of(SELF.id()), 3, GroupLimits.NONE);

    static KadPeer peer(int number, String address) {
        ByteBuffer key = ByteBuffer.allocate(36).putInt(0x08011220).putInt(number);
        return new KadPeer(PeerId.ofPublicKey(ByteString.copyFrom(key.array())), List.of(Multiaddr.parse(address)));
    }

    private static KadPeer peer(int number) {
        return peer(
                number, "/ip4/10.%d.%d.%d/tcp/4001".formatted(number / 62_500, number / 250 % 250, number % 250 + 1));
    }

    /** Peers of the far half of the key space, that is of bucket 0. */
    private static List<KadPeer> far(int count) {
        List<KadPeer> far = new ArrayList<>();
        for (int number = 1; far.size() < count; number++) {
            KadPeer peer = peer(number);
            if (KadKey.of(peer.id()).commonPrefix(KadKey.of(SELF.id())) == 0) {
                far.add(peer);
            }
        }
        return far;
    }

    @Test
    void neverTakesItself() {
        assertThat(table.offer(SELF, NOW)).isInstanceOf(Refused.class);
        assertThat(table.size()).isZero();
    }

    @Test
    void aFreshMemberIsNeverDroppedForANewcomer() {
        List<KadPeer> far = far(4);
        far.subList(0, 3).forEach(peer -> assertThat(table.offer(peer, NOW)).isEqualTo(new Added()));

        assertThat(table.offer(far.get(3), NOW)).isEqualTo(new Waiting());

        assertThat(table.contains(far.get(3).id())).isFalse();
        assertThat(table.bucketSizes(0)).containsExactly(3, 1);
    }

    @Test
    void asksTheOneThatWasSilentForLongestAndReplacesItOnlyWhenItFails() {
        List<KadPeer> far = far(4);
        table.offer(far.get(0), NOW.minusSeconds(400));
        table.offer(far.get(1), NOW.minusSeconds(500));
        table.offer(far.get(2), NOW.minusSeconds(10));

        Offer offer = table.offer(far.get(3), NOW);

        assertThat(offer)
                .isInstanceOfSatisfying(
                        AskStale.class,
                        ask -> assertThat(ask.stale().id()).isEqualTo(far.get(1).id()));
        table.seen(far.get(1).id(), NOW);
        assertThat(table.contains(far.get(1).id())).isTrue();
        assertThat(table.failed(far.get(0).id(), NOW)).contains(far.get(3));
        assertThat(table.contains(far.get(0).id())).isFalse();
        assertThat(table.contains(far.get(3).id())).isTrue();
        assertThat(table.bucketSizes(0)).containsExactly(3, 0);
    }

    @Test
    void onlyAFewWaitAndTheLastOfThemMovesUp() {
        List<KadPeer> far = far(10);
        far.forEach(peer -> table.offer(peer, NOW));
        assertThat(table.bucketSizes(0)).containsExactly(3, 3);

        assertThat(table.remove(far.get(0).id(), NOW)).contains(far.get(9));
    }

    @Test
    void aMemberWithoutAnHeirGoesAfterTheSecondFailureInARow() {
        KadPeer peer = peer(1);
        table.offer(peer, NOW);

        table.failed(peer.id(), NOW);
        table.seen(peer.id(), NOW);
        table.failed(peer.id(), NOW);
        assertThat(table.contains(peer.id())).isTrue();

        table.failed(peer.id(), NOW);
        assertThat(table.contains(peer.id())).isFalse();
    }

    @Test
    void takesAtMost3PeersOfA16And2OfThemInABucket() {
        RoutingTable guarded = new RoutingTable(KadKey.of(SELF.id()), 20, GroupLimits.PUBLIC);
        int accepted = 0;
        for (int number = 1; number < 200; number++) {
            KadPeer sybil = peer(number, "/ip4/66.7.%d.9/tcp/4001".formatted(number));
            accepted += guarded.offer(sybil, NOW) instanceof Added ? 1 : 0;
        }
        assertThat(accepted).isEqualTo(3);
        assertThat(guarded.bucketSizes(0)[0]).isLessThanOrEqualTo(2);
        assertThat(guarded.offer(peer(500, "/ip4/66.8.1.1/tcp/1"), NOW)).isEqualTo(new Added());
        assertThat(guarded.offer(peer(501, "/ip6/2001:db8:1::1/tcp/1"), NOW)).isEqualTo(new Added());

        guarded.entries().forEach(entry -> guarded.remove(entry.id(), NOW));

        assertThat(guarded.offer(peer(77, "/ip4/66.7.1.9/tcp/4001"), NOW)).isEqualTo(new Added());
    }

    @Test
    void aMemberCannotSlipIntoACrowdedGroupByChangingItsAddress() {
        RoutingTable guarded = new RoutingTable(KadKey.of(SELF.id()), 20, new GroupLimits(1, 1));
        guarded.offer(peer(1, "/ip4/66.7.1.1/tcp/1"), NOW);
        guarded.offer(peer(2, "/ip4/66.8.1.1/tcp/1"), NOW);

        assertThat(guarded.offer(peer(2, "/ip4/66.7.1.2/tcp/1"), NOW)).isEqualTo(new Known());

        assertThat(guarded.entries())
                .extracting(entry -> entry.peer().addresses().get(0).toString())
                .doesNotContain("/ip4/66.7.1.2/tcp/1");
    }

    @Property(tries = 50)
    void closestAreThoseAFullSortGives(@ForAll long seed) {
        Random random = new Random(seed);
        RoutingTable big = new RoutingTable(KadKey.of(SELF.id()), 20, GroupLimits.NONE);
        for (int i = 0; i < 100; i++) {
            big.offer(peer(random.nextInt(1_000_000)), NOW.plus(Duration.ofSeconds(i)));
        }
        KadKey target = KadKey.of(ByteString.copyFromUtf8("target " + seed));

        List<TableEntry> closest = big.closest(target, 10);

        assertThat(closest)
                .isEqualTo(big.entries().stream()
                        .sorted(Comparator.comparing(TableEntry::key, target.byDistance()))
                        .limit(10)
                        .toList());
        assertThat(big.size()).isEqualTo(big.entries().size());
    }
}
