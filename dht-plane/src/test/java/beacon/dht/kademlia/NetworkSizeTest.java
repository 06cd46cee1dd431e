package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkSizeTest {
    private static final int PEERS = 5_000;

    private final List<KadPeer> all = new ArrayList<>();
    private final NetworkSize size = new NetworkSize();

    NetworkSizeTest() {
        for (int i = 0; i < PEERS; i++) {
            all.add(RoutingTableTest.peer(i, "/ip4/10.0.0.1/tcp/1"));
        }
    }

    private static ByteString key(int number) {
        return ByteString.copyFromUtf8("key " + number);
    }

    private static List<KadPeer> closest(List<KadPeer> peers, KadKey target) {
        return peers.stream()
                .sorted(Comparator.comparing(peer -> KadKey.of(peer.id()), target.byDistance()))
                .limit(20)
                .toList();
    }

    private void observe(int lookups) {
        for (int i = 0; i < lookups; i++) {
            KadKey target = KadKey.of(key(i));
            size.observe(target, closest(all, target));
        }
    }

    @Test
    void estimatesTheNumberOfServersFromAFewLookUps() {
        assertThat(size.estimate()).isZero();

        observe(20);

        assertThat(size.estimate()).isBetween(PEERS * 0.7, PEERS * 1.4);
        assertThat(size.expectedRadius(20)).isBetween(0.7 * 20 / PEERS, 1.4 * 20 / PEERS);
    }

    @Test
    void findsNoHonestClosestSetImprobable() {
        observe(20);
        int suspicious = 0;

        for (int i = 100; i < 300; i++) {
            KadKey target = KadKey.of(key(i));
            suspicious += size.isImprobablyDense(target, closest(all, target)) ? 1 : 0;
        }

        assertThat(suspicious).isZero();
    }

    @Test
    void noticesPeersThatWerePlantedAroundAKey() {
        observe(20);
        KadKey target = KadKey.of(key(1000));
        List<KadPeer> withPlanted = new ArrayList<>(all);
        for (int number = PEERS, planted = 0; planted < 20; number++) {
            KadPeer sybil = RoutingTableTest.peer(number, "/ip4/6.6.6.6/tcp/1");
            // An attacker tries keys until they share 15 bits with the target, eight times denser than chance.
            if (KadKey.of(sybil.id()).commonPrefix(target) >= 15) {
                withPlanted.add(sybil);
                planted++;
            }
        }

        assertThat(size.isImprobablyDense(target, closest(withPlanted, target))).isTrue();
    }
}
