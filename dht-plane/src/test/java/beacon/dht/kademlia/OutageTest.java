package beacon.dht.kademlia;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.memory.MemoryHost;
import beacon.dht.wire.PeerId;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the simulator found about tables that were cut off. */
class OutageTest {
    private final KadNetwork net = new KadNetwork(21);

    @Test
    void aNodeWithoutPeersTriesAgainOnceAtATimeHoweverLongItLasts() {
        MemoryHost absent = net.host();
        net.silent.add(absent.id());
        KadPeer bootstrap = new KadPeer(absent.id(), absent.listenAddresses());
        Kademlia node = net.node(net.host(), KadConfig.server(KadConfig.BEACON, List.of(bootstrap)));
        node.start(Optional.empty()).whenComplete((done, failure) -> {});
        net.loop.advance(Duration.ofHours(1));
        int waitingAfterAnHour = net.loop.size();

        net.loop.advance(Duration.ofHours(11));

        assertThat(net.loop.size()).isLessThanOrEqualTo(waitingAfterAnHour + 2).isLessThan(10);
    }

    @Test
    void bothSidesOfALongPartitionFindEachOtherAgain() {
        net.grow(1);
        KadPeer bootstrap = KadNetwork.peer(net.nodes.get(0));
        for (int i = 1; i < 24; i++) {
            net.join(bootstrap);
        }
        List<Kademlia> cut = net.nodes.subList(16, 24);
        cut.forEach(node -> net.far.add(node.host().id()));
        net.loop.advance(Duration.ofHours(6));
        assertThat(net.nodes.subList(0, 16))
                .noneMatch(node -> cut.stream()
                        .anyMatch(one -> node.table().contains(one.host().id())));

        net.far.clear();
        net.loop.advance(Duration.ofHours(1));

        ByteString key = net.content();
        List<PeerId> truth = new ArrayList<>(net.trulyClosest(key, 24));
        List<PeerId> found = net.await(net.nodes.get(20).closestPeers(key)).closest().stream()
                .map(KadPeer::id)
                .toList();
        truth.remove(net.nodes.get(20).host().id());
        assertThat(found).containsExactlyElementsOf(truth.subList(0, 20));
    }
}
