package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KademliaScaleTest {
    private static final int NODES = 1_000;

    @Test
    void in1000NodesTheMedianOfHopsIsAtMostHalfOfTheLogarithmPlus2() {
        KadNetwork net = new KadNetwork(3);
        net.growAcquainted(NODES);
        List<Integer> hops = new ArrayList<>();
        int found = 0;
        int messages = 0;

        for (int i = 0; i < 100; i++) {
            Kademlia node = net.any();
            ByteString key = net.content();
            LookupResult result = net.await(node.closestPeers(key));
            hops.add(result.hops());
            messages += result.messages();
            List<PeerId> truth = new ArrayList<>(net.trulyClosest(key, 21));
            truth.remove(node.host().id());
            found += (int) result.closest().stream()
                    .filter(peer -> truth.subList(0, 20).contains(peer.id()))
                    .count();
        }

        hops.sort(null);
        System.out.printf(
                "hops median %d, p95 %d; %d messages a look-up; %d of 2000 closest found%n",
                hops.get(50), hops.get(95), messages / 100, found);
        assertThat((double) hops.get(50)).isLessThanOrEqualTo(Math.log(NODES) / Math.log(2) / 2 + 2);
        assertThat(found).isGreaterThanOrEqualTo(1_990);
        Kademlia busy = net.any();
        for (int i = 0; i < 10; i++) {
            net.await(busy.closestPeers(net.content()));
        }
        assertThat(busy.networkSize()).isBetween(NODES * 0.6, NODES * 1.6);
    }
}
