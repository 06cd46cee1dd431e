package beacon.dht.node;

import beacon.dht.kademlia.KadPeer;
import beacon.dht.testing.JsProcess;
import beacon.dht.testing.Vectors;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import java.util.ArrayList;
import java.util.List;

/** DHT nodes of js-libp2p in one process, driven by the line protocol of {@code beacon dht shell}. */
final class JsDht implements AutoCloseable {
    private final JsProcess process;
    private final List<KadPeer> peers = new ArrayList<>();

    private JsDht(JsProcess process, int nodes) {
        this.process = process;
        for (int i = 0; i < nodes; i++) {
            String ready = process.nextLine();
            PeerId id = PeerId.parse(Vectors.values(ready, "peerId").get(0));
            peers.add(new KadPeer(
                    id,
                    Vectors.list(ready, "addrs").stream()
                            .map(address ->
                                    Multiaddr.parse(address).withoutPeer().orElseThrow())
                            .toList()));
        }
    }

    /** Starts nodes, or skips the test with the reason why that cannot be done here. */
    static JsDht start(int nodes, int bucketSize) {
        return new JsDht(
                JsProcess.start("dht.mjs", "--nodes", Integer.toString(nodes), "--k", Integer.toString(bucketSize)),
                nodes);
    }

    KadPeer peer(int node) {
        return peers.get(node);
    }

    int size() {
        return peers.size();
    }

    /** Runs a command on a node and returns the whole answer, which must be a good one. */
    String ask(int node, String command) {
        process.send("@" + node + " " + command);
        String answer = process.nextLine();
        if (!answer.contains("\"ok\":true")) {
            throw new AssertionError("expected %s to succeed, but found %s".formatted(command, answer));
        }
        return answer;
    }

    @Override
    public void close() {
        process.close();
    }
}
