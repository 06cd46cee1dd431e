package beacon.bench;

import beacon.dht.wire.Multibase;
import beacon.dht.wire.Multihash;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The same operations in a DHT of Beacon and in one of js-libp2p, both running at the same time on the loopback, in
 * alternation. Every operation is counted with the processor time of all nodes that take part in it.
 */
final class DhtComparison {
    /** "Each at least five times better." */
    private static final double GOAL = 5.0;
    /** "Memory of a node at most a third." */
    private static final double MEMORY_GOAL = 3.0;

    private static final int P50 = 50;
    private static final int P95 = 95;
    private static final int REFRESHES = 3;
    /** Of twenty nodes fewer hold a record with the small k, so that at least so many have to ask others. */
    private static final int SEEKERS = 10;

    private final int bucketSize;
    private final DhtNetwork ours;
    private final @Nullable DhtNetwork peer;
    private final Plan plan;
    private final Progress progress;
    private final Map<String, List<List<Double>>> figures = new LinkedHashMap<>();
    private int contents;
    private int turn;

    /**
     * How much is done.
     *
     * @param runs of each operation
     * @param operations in a run
     * @param warmUp operations of each kind before the first run
     */
    record Plan(int runs, int operations, int warmUp) {
        static final Plan QUICK = new Plan(1, 10, 5);
    }

    DhtComparison(int bucketSize, DhtNetwork ours, @Nullable DhtNetwork peer, Plan plan, Progress progress) {
        this.bucketSize = bucketSize;
        this.ours = ours;
        this.peer = peer;
        this.plan = plan;
        this.progress = progress;
    }

    List<Result> run() {
        List<DhtNetwork> networks = peer == null ? List.of(ours) : List.of(ours, peer);
        for (DhtNetwork network : networks) {
            fill(network);
            provides(network, plan.warmUp());
            finds(network, prepare(network, plan.warmUp()), plan.warmUp());
            closest(network, plan.warmUp());
        }
        for (int run = 1; run <= plan.runs(); run++) {
            for (int i = 0; i < networks.size(); i++) {
                DhtNetwork network = networks.get(i);
                measure("provide", i, network, count -> provides(network, count));
                List<Content> provided = prepare(network, plan.operations());
                measure("find_providers", i, network, count -> finds(network, provided, count));
                measure("closest_peers", i, network, count -> closest(network, count));
                add("memory_per_node", i, network.residentBytesPerNode());
                progress.say("k = %d, run %d of %d: %s done".formatted(bucketSize, run, plan.runs(), network.name()));
            }
        }
        return results();
    }

    /** Lets every node look around, so that the tables are what they are in a network that has run for a while. */
    private void fill(DhtNetwork network) {
        for (int round = 0; round < REFRESHES; round++) {
            for (int node = 0; node < network.nodes(); node++) {
                network.ask(node, "refresh");
            }
        }
        int fewest = Integer.MAX_VALUE;
        for (int node = 0; node < network.nodes(); node++) {
            fewest = Math.min(
                    fewest,
                    network.ask(node, "table")
                            .getAsJsonObject("result")
                            .get("size")
                            .getAsInt());
        }
        progress.say("k = %d: %s has %d nodes; the emptiest table has %d peers"
                .formatted(bucketSize, network.name(), network.nodes(), fewest));
    }

    private String nextContent() {
        ByteString number = ByteString.copyFromUtf8("content " + bucketSize + " " + contents++);
        ByteString cid = ByteString.copyFrom(new byte[] {1, 0x55})
                .concat(Multihash.sha256(number).bytes());
        return Multibase.BASE32.encode(cid);
    }

    private int nextNode(DhtNetwork network) {
        turn++;
        return turn % network.nodes();
    }

    private double[] provides(DhtNetwork network, int count) {
        double[] millis = new double[count];
        for (int i = 0; i < count; i++) {
            millis[i] = millis(network.ask(nextNode(network), "provide " + nextContent()));
        }
        return millis;
    }

    private record Content(int provider, String cid) {}

    /** Contents enough for so many look-ups, each by a node that has none of its records. */
    private List<Content> prepare(DhtNetwork network, int count) {
        List<Content> provided = new ArrayList<>();
        for (int i = 0; i <= count / SEEKERS; i++) {
            Content content = new Content(nextNode(network), nextContent());
            network.ask(content.provider(), "provide " + content.cid());
            provided.add(content);
        }
        return provided;
    }

    /**
     * Look-ups that ask the network: with the small k until the first provider is found, by a node that does not know one
     * itself; with the large one every node knows one, so until a second one would be.
     */
    private double[] finds(DhtNetwork network, List<Content> contents, int count) {
        double[] millis = new double[count];
        int found = 0;
        int stopAfter = bucketSize < network.nodes() ? 1 : 2;
        for (Content content : contents) {
            for (int step = 1; step < network.nodes() && found < count; step++) {
                int seeker = (content.provider() + step) % network.nodes();
                JsonObject answer = network.ask(seeker, "findProviders " + content.cid() + " " + stopAfter);
                JsonObject result = answer.getAsJsonObject("result");
                boolean networked =
                        result.getAsJsonObject("messages").get("sent").getAsInt() > 0;
                if (networked && !result.getAsJsonArray("providers").isEmpty()) {
                    millis[found++] = millis(answer);
                }
            }
        }
        if (found < count) {
            throw new BenchException("expected %s to find providers %d times by asking others, but it did %d times"
                    .formatted(network.name(), count, found));
        }
        return millis;
    }

    private double[] closest(DhtNetwork network, int count) {
        double[] millis = new double[count];
        for (int i = 0; i < count; i++) {
            millis[i] = millis(network.ask(nextNode(network), "getClosestPeers " + nextContent()));
        }
        return millis;
    }

    private static double millis(JsonObject answer) {
        return answer.get("ms").getAsDouble();
    }

    private void measure(String name, int contender, DhtNetwork network, IntFunction<double[]> operations) {
        double before = network.cpuMillis();
        double[] millis = operations.apply(plan.operations());
        double cpu = network.cpuMillis() - before;
        Arrays.sort(millis);
        add(name + "_cpu", contender, cpu / plan.operations());
        add(name + "_p50", contender, percentile(millis, P50));
        add(name + "_p95", contender, percentile(millis, P95));
    }

    static double percentile(double[] sorted, int percent) {
        return sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100.0) - 1)];
    }

    private void add(String name, int contender, double figure) {
        List<List<Double>> all = figures.computeIfAbsent(name, key -> List.of(new ArrayList<>(), new ArrayList<>()));
        all.get(contender).add(Math.rint(figure * 1000) / 1000);
    }

    private List<Result> results() {
        List<Result> results = new ArrayList<>();
        figures.forEach((name, figure) -> {
            boolean memory = name.startsWith("memory");
            Result.Baseline baseline = peer == null ? null : Result.Baseline.of(peer.name(), figure.get(1));
            results.add(Result.against(
                    "k" + bucketSize + "_" + name,
                    memory ? Unit.BYTES : Unit.MILLISECONDS,
                    figure.get(0),
                    baseline,
                    memory ? MEMORY_GOAL : GOAL));
        });
        return results;
    }
}
