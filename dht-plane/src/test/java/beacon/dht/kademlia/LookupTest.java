package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LookupTest {
    private static final KadKey TARGET = KadKey.of(ByteString.copyFromUtf8("target"));
    private static final PeerId SELF =
            RoutingTableTest.peer(1_000_000, "/ip4/1.1.1.1/tcp/1").id();

    /** Peers from the farthest to the closest. */
    private static List<KadPeer> peers(int count) {
        List<KadPeer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(RoutingTableTest.peer(i + 1, "/ip4/10.1.1.1/tcp/1"));
        }
        peers.sort(Comparator.comparing((KadPeer peer) -> KadKey.of(peer.id()), TARGET.byDistance())
                .reversed());
        return peers;
    }

    @Test
    void walksTowardsTheTargetAndEndsWhenTheClosestKHaveAnswered() {
        List<KadPeer> peers = peers(30);
        Lookup lookup = new Lookup(TARGET, SELF, new LookupRules(3, 2, 3, 1), peers.subList(0, 3));
        Set<PeerId> asked = new TreeSet<>();
        while (!lookup.isDone()) {
            List<KadPeer> next = lookup.next();
            assertThat(next).isNotEmpty();
            for (KadPeer peer : next) {
                assertThat(asked.add(peer.id())).as("asked once").isTrue();
                int at = peers.indexOf(peer);
                lookup.answered(peer.id(), peers.subList(at, Math.min(30, at + 4)));
            }
        }

        assertThat(lookup.closest()).containsExactly(peers.get(29), peers.get(28), peers.get(27));
        assertThat(lookup.messages()).isEqualTo(asked.size()).isLessThan(30);
        assertThat(lookup.hops()).isGreaterThan(5);
    }

    @Test
    void neverHasMoreUnderWayThanAlpha() {
        Lookup lookup = new Lookup(TARGET, SELF, new LookupRules(20, 7, 20, 1), peers(40));

        assertThat(lookup.next()).hasSize(7);
        assertThat(lookup.next()).isEmpty();
        assertThat(lookup.inFlight()).isEqualTo(7);
    }

    @Test
    void peersThatFailDoNotCountAsFound() {
        List<KadPeer> peers = peers(6);
        Lookup lookup = new Lookup(TARGET, SELF, new LookupRules(3, 10, 3, 1), peers);

        while (!lookup.isDone()) {
            for (KadPeer peer : lookup.next()) {
                if (peers.indexOf(peer) >= 4) {
                    lookup.failed(peer.id());
                } else {
                    lookup.answered(peer.id(), List.of());
                }
            }
        }

        assertThat(lookup.closest()).containsExactly(peers.get(3), peers.get(2), peers.get(1));
    }

    @Test
    void endsWhenAllHaveFailed() {
        Lookup lookup = new Lookup(TARGET, SELF, new LookupRules(3, 10, 3, 1), peers(3));

        lookup.next().forEach(peer -> lookup.failed(peer.id()));

        assertThat(lookup.isDone()).isTrue();
        assertThat(lookup.closest()).isEmpty();
    }

    @Test
    void aForeignOrEarlyAnswerChangesNothing() {
        List<KadPeer> peers = peers(4);
        Lookup lookup = new Lookup(TARGET, SELF, new LookupRules(3, 10, 3, 1), peers.subList(0, 3));

        lookup.answered(peers.get(3).id(), peers);
        lookup.answered(peers.get(0).id(), peers);

        assertThat(lookup.next()).hasSize(3).doesNotContain(peers.get(3));
    }

    @Test
    void aFloodOfNamesIsBoundedWhenTheFarthestPeerHasAnsweredAlready() {
        List<KadPeer> peers = peers(300);
        Lookup lookup = new Lookup(TARGET, SELF, new LookupRules(3, 1, 3, 1), List.of(peers.get(0)));

        for (int named = 1; named + 4 <= 300 && !lookup.isDone(); named += 4) {
            lookup.answered(lookup.next().get(0).id(), peers.subList(named, named + 4));
        }

        assertThat(lookup.messages()).isGreaterThan(30);
        assertThat(lookup.remembered()).isLessThanOrEqualTo(8 * 3 + lookup.messages());
    }

    @Test
    void aFloodOfNamesIsBounded() {
        List<KadPeer> peers = peers(3000);
        Lookup lookup = new Lookup(TARGET, SELF, new LookupRules(3, 1, 3, 1), List.of(peers.get(0)));

        KadPeer liar = lookup.next().get(0);
        lookup.answered(liar.id(), peers);
        List<KadPeer> next = lookup.next();
        lookup.answered(next.get(0).id(), List.of());

        assertThat(lookup.messages()).isEqualTo(2);
        assertThat(lookup.isDone()).isFalse();
    }

    @Test
    void onDisjointPathsALiarLeadsOnlyItsOwnPathAstray() {
        List<KadPeer> peers = peers(40);
        // The liar names peers that do not exist; they are closest of all, and nobody answers for them.
        KadPeer liar = peers.get(0);
        KadPeer honest = peers.get(1);
        List<KadPeer> invented = peers.subList(34, 40);
        Lookup lookup = new Lookup(TARGET, SELF, new LookupRules(4, 4, 4, 2), List.of(liar, honest));

        while (!lookup.isDone()) {
            for (KadPeer peer : lookup.next()) {
                if (peer.equals(liar)) {
                    lookup.answered(peer.id(), invented);
                } else if (invented.contains(peer)) {
                    lookup.failed(peer.id());
                } else {
                    int at = peers.indexOf(peer);
                    lookup.answered(peer.id(), peers.subList(at, Math.min(34, at + 5)));
                }
            }
        }

        assertThat(lookup.closest()).containsExactly(peers.get(33), peers.get(32), peers.get(31), peers.get(30));
    }
}
