package beacon.dht.providers;

import beacon.dht.kademlia.KadNetwork;
import beacon.dht.kademlia.Kademlia;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/**
 * What re-announcing 100,000 contents costs in a network of 1,000 nodes in memory, against one look-up for each; one JSON
 * object on standard output. Needs 4 GiB of heap, since the network keeps two million records.
 */
public final class SweepBenchmark {
    private static final int NODES = 1_000;
    private static final int CONTENTS = 100_000;
    private static final int SAMPLE = 50;
    private static final double GOAL = 0.05;

    private SweepBenchmark() {}

    public static void main(String[] arguments) {
        KadNetwork net = new KadNetwork(5);
        net.growAcquainted(NODES);
        for (Kademlia node : net.nodes) {
            new Providing(node, net.loop, new Random(1), schedule()).start();
        }
        Kademlia node = net.join(KadNetwork.peer(net.any()));
        Providing providing = new Providing(node, net.loop, new Random(2), schedule());
        for (int i = 0; i < CONTENTS; i++) {
            providing.schedule().add(net.content());
        }
        long before = node.counters().requestsSent();
        for (int i = 0; i < SAMPLE; i++) {
            net.await(node.closestPeers(net.content()));
        }
        double perLookup = (double) (node.counters().requestsSent() - before) / SAMPLE;
        before = node.counters().requestsSent();
        while (true) {
            Optional<SweepResult> result = net.await(providing.sweepMostUrgent());
            if (result.isEmpty()) {
                break;
            }
        }
        long walked = node.counters().requestsSent() - before;
        ProvideCounters.Snapshot counters = providing.counters();
        double share = (walked + counters.requests()) / (perLookup * CONTENTS);
        System.out.printf(
                "{\"bench\":\"sweep\",\"conditions\":{\"nodes\":%d,\"contents\":%d},\"results\":[{\"name\":\"sweep_rpc_share\","
                        + "\"value\":%.5f,\"unit\":\"share\",\"goal\":%.2f,\"met\":%b,\"regions\":%d,\"lookups\":%d,"
                        + "\"requestsOfLookups\":%d,\"deliveries\":%d,\"requestsPerLookup\":%.1f,\"incomplete\":%d}]}%n",
                NODES,
                CONTENTS,
                share,
                GOAL,
                share <= GOAL,
                counters.regions(),
                counters.lookups(),
                walked,
                counters.requests(),
                perLookup,
                counters.incomplete());
    }

    private static ProvideSchedule schedule() {
        return new ProvideSchedule(Duration.ofHours(22), Duration.ofDays(2), 1_000_000);
    }
}
