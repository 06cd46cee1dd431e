package beacon.sim.kademlia;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadKey;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.kademlia.Kademlia;
import beacon.dht.kademlia.Validators;
import beacon.dht.providers.ProvideSchedule;
import beacon.dht.providers.Providing;
import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import beacon.sim.scale.CompactTables;
import beacon.sim.world.Trace;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Thousands of full nodes that provide very many contents for some days: production Kademlia, provider store and sweep over
 * the simulated network. Tables are filled beforehand as those of a network that has run for long, since joining ten
 * thousand times would take longer than the day.
 */
public final class ProvidingDay {
    private static final SimHost.Bounds BOUNDS = new SimHost.Bounds(64, 1_000);
    private static final Duration LIFE = Duration.ofDays(2);
    private static final Duration AGAIN = Duration.ofHours(22);
    private static final int K = 20;
    private static final int SAMPLE = 1_000;

    private final Plan plan;
    private final World world;
    private final Wire wire;
    private final SplittableRandom random;
    private final List<Kademlia> nodes = new ArrayList<>();
    private final List<Providing> providers = new ArrayList<>();
    private final List<ByteString> contents = new ArrayList<>();
    private int searched;
    private int found;

    /**
     * What to run.
     *
     * @param providers of the nodes, each of an equal share of the contents
     * @param refresh of routing tables; production's five minutes would be most of the work
     */
    public record Plan(int nodes, int contents, int providers, double days, Duration refresh, long seed) {
        public Plan {
            if (nodes < 2 * K || nodes > 100_000 || providers < 1 || providers > nodes || contents < providers) {
                throw new IllegalArgumentException(
                        "expected 40 to 100,000 nodes, some of them providers, and a content for each, but found "
                                + nodes + ", " + providers + " and " + contents);
            }
        }
    }

    /**
     * What came of it.
     *
     * @param records that servers keep at the end, of {@code wanted}
     * @param requests that nodes have sent, deliveries included
     * @param found of the contents that were looked for at the end
     * @param smallestMarginSeconds until the first record of any provider expires
     */
    public record Outcome(
            String traceHash,
            long micros,
            long steps,
            long messages,
            long records,
            long wanted,
            long requests,
            long regions,
            long announced,
            long incomplete,
            int searched,
            int found,
            long smallestMarginSeconds) {}

    private ProvidingDay(Plan plan) {
        this.plan = plan;
        this.world = new World(plan.seed());
        this.wire = new Wire(world, 0);
        this.random = world.random("scale");
    }

    /** Runs it; tells every virtual hour how far it is. */
    public static Outcome run(Plan plan, Consumer<String> progress) {
        ProvidingDay day = new ProvidingDay(plan);
        day.build();
        progress.accept("%d nodes stand".formatted(plan.nodes()));
        long end = (long) (plan.days() * World.DAY);
        for (long hour = World.HOUR; hour < end + World.HOUR; hour += World.HOUR) {
            day.world.runUntil(Math.min(hour, end));
            String line = "%d messages, %d announced, %016x"
                    .formatted(
                            day.wire.messages(),
                            day.providers.stream()
                                    .mapToLong(each -> each.counters().announced())
                                    .sum(),
                            day.wire.hash());
            day.world.say(line);
            progress.accept(Trace.time(day.world.now()) + " " + line);
        }
        day.search();
        day.world.runUntil(day.world.now() + World.MINUTE);
        return day.outcome();
    }

    private void build() {
        List<PeerId> ids = new ArrayList<>();
        for (int i = 0; i < plan.nodes(); i++) {
            ids.add(Sybil.randomId(random));
        }
        ids.sort(Comparator.comparing(KadKey::of));
        KadConfig config = config();
        for (int i = 0; i < plan.nodes(); i++) {
            ProcessLoop loop = new ProcessLoop(world);
            Machine machine = new Machine(i, 500 + (long) (40_000 * Math.pow(random.nextDouble(), 3)));
            Multiaddr address = Multiaddr.parse("/ip4/10.%d.%d.%d/tcp/4001".formatted(i >> 16, i >> 8 & 255, i & 255));
            SimHost host = new SimHost(wire, machine, ids.get(i), List.of(address), loop, BOUNDS);
            Kademlia node = new Kademlia(host, loop, world.random("node-" + i), config, new Validators(Map.of()));
            node.start(Optional.empty()).whenComplete((done, failure) -> {});
            nodes.add(node);
            Providing providing = new Providing(
                    node, loop, world.random("providing-" + i), new ProvideSchedule(AGAIN, LIFE, plan.contents()));
            providers.add(providing);
        }
        acquaint();
        place();
        providers.forEach(Providing::start);
    }

    private KadConfig config() {
        KadConfig plain = KadConfig.server(KadConfig.BEACON, List.of());
        return new KadConfig(
                plain.protocol(),
                true,
                K,
                plain.parallelism(),
                1,
                List.of(),
                plain.limits(),
                new KadConfig.KadTimes(plain.times().query(), plan.refresh(), LIFE));
    }

    /** Nodes are in the order of their keys, as those of the compact tables. */
    private void acquaint() {
        long[] keys = nodes.stream()
                .mapToLong(node -> KadKey.of(node.host().id()).a())
                .toArray();
        CompactTables tables = new CompactTables(keys, K);
        tables.fill(random);
        List<KadPeer> peers = nodes.stream()
                .map(node -> new KadPeer(node.host().id(), node.host().listenAddresses()))
                .toList();
        for (int node = 0; node < nodes.size(); node++) {
            for (int bucket = 0; bucket < CompactTables.BUCKETS; bucket++) {
                for (int i = 0; i < tables.count(node, bucket); i++) {
                    nodes.get(node).table().offer(peers.get(tables.member(node, bucket, i)), clock());
                }
            }
        }
    }

    private Instant clock() {
        return new ProcessLoop(world).instant();
    }

    /** Providers are spread evenly over the key space. */
    private void place() {
        for (int i = 0; i < plan.contents(); i++) {
            ByteString content = DhtSimulation.content(random);
            contents.add(content);
            int provider = (int) ((long) (i % plan.providers()) * plan.nodes() / plan.providers());
            providers.get(provider).schedule().add(content);
        }
    }

    private void search() {
        for (int i = 0; i < Math.min(SAMPLE, contents.size()); i++) {
            ByteString content = contents.get(random.nextInt(contents.size()));
            Kademlia from = nodes.get(random.nextInt(nodes.size()));
            world.after(i * World.SECOND / 50, () -> {
                searched++;
                from.findProviders(content, 1).whenComplete((who, failure) -> {
                    found += who != null && !who.peers().isEmpty() ? 1 : 0;
                });
            });
        }
    }

    private Outcome outcome() {
        List<Providing> announcing =
                providers.stream().filter(each -> each.schedule().size() > 0).toList();
        long margin = announcing.stream()
                .mapToLong(each -> each.schedule()
                        .smallestMargin(clock())
                        .map(Duration::toSeconds)
                        .orElse(0L))
                .min()
                .orElse(0);
        return new Outcome(
                world.trace().hash(),
                world.now(),
                world.steps(),
                wire.messages(),
                nodes.stream().mapToLong(Kademlia::providerRecords).sum(),
                (long) K * plan.contents(),
                nodes.stream().mapToLong(node -> node.counters().requestsSent()).sum()
                        + announcing.stream()
                                .mapToLong(each -> each.counters().requests())
                                .sum(),
                announcing.stream().mapToLong(each -> each.counters().regions()).sum(),
                announcing.stream()
                        .mapToLong(each -> each.counters().announced())
                        .sum(),
                announcing.stream()
                        .mapToLong(each -> each.counters().incomplete())
                        .sum(),
                searched,
                found,
                margin);
    }
}
