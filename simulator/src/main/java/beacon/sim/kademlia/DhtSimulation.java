package beacon.sim.kademlia;

import beacon.dht.kademlia.KadConfig;
import beacon.dht.kademlia.KadPeer;
import beacon.dht.node.DhtConfig;
import beacon.dht.wire.Multiaddr;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One run of a scenario: nodes join, contents are announced, faults happen, readers look, and the invariants judge. The run
 * ends at the first that does not hold.
 */
public final class DhtSimulation {
    /** Nodes that others start from, as in a Beacon network. */
    static final int BOOTSTRAPS = 3;
    /** Nodes that have each content. */
    static final int COPIES = 2;
    /** k: copies of a record, and size of a bucket. */
    static final int K = 20;

    private static final long JOINING = World.HOUR;
    private static final long ANNOUNCING = 2 * World.HOUR;
    /** When faults begin. */
    private static final long BEGIN = 3 * World.HOUR;
    /** After the last fault everything has to be found, and is for so long. */
    private static final long SETTLING = 3 * World.HOUR;

    private static final Duration REFRESH = Duration.ofHours(1);
    private static final Duration LIFE = Duration.ofDays(2);
    private static final Duration SAVE = Duration.ofMinutes(5);

    private final DhtScenario scenario;
    private final World world;
    private final Wire wire;
    private final SplittableRandom random;
    private final DhtPeer.Settings settings;
    private final List<DhtPeer> peers = new ArrayList<>();
    private final List<ByteString> contents = new ArrayList<>();
    private final DhtChecks checks;
    private final DhtReaders readers;
    private int machines;
    private int addresses;

    private DhtSimulation(DhtScenario scenario, long seed, Set<DhtFlaw> flaws, Consumer<String> lines) {
        this.scenario = scenario;
        this.world = new World(seed);
        world.trace().listen(lines);
        this.wire = new Wire(world, 0);
        this.random = world.random("dht");
        List<DhtPeer> bootstraps = new ArrayList<>();
        List<KadPeer> known = new ArrayList<>();
        for (int i = 0; i < BOOTSTRAPS; i++) {
            DhtPeer peer = newPeer(settings(List.copyOf(known), flaws));
            bootstraps.add(peer);
            known.add(peer.self());
        }
        this.settings = settings(known, flaws);
        peers.addAll(bootstraps);
        while (peers.size() < scenario.nodes()) {
            peers.add(newPeer(settings));
        }
        for (int i = 0; i < scenario.contents(); i++) {
            contents.add(content(random));
        }
        this.checks = new DhtChecks(world, peers, contents);
        this.readers = new DhtReaders(world, checks, peers, contents);
    }

    static ByteString content(SplittableRandom random) {
        byte[] bytes = new byte[34];
        random.nextBytes(bytes);
        bytes[0] = 0x12;
        bytes[1] = 32;
        return ByteString.copyFrom(bytes);
    }

    private static DhtPeer.Settings settings(List<KadPeer> bootstrap, Set<DhtFlaw> flaws) {
        KadConfig plain = KadConfig.server(KadConfig.BEACON, bootstrap);
        KadConfig.KadTimes times = new KadConfig.KadTimes(
                plain.times().query(),
                REFRESH,
                flaws.contains(DhtFlaw.RECORDS_EXPIRE_EARLY) ? Duration.ofHours(11) : LIFE);
        KadConfig kad = new KadConfig(
                plain.protocol(),
                true,
                K,
                plain.parallelism(),
                plain.disjointPaths(),
                bootstrap,
                plain.limits(),
                times);
        Duration again = flaws.contains(DhtFlaw.ANNOUNCE_LATE) ? Duration.ofHours(52) : Duration.ofHours(22);
        return new DhtPeer.Settings(kad, new DhtConfig.Upkeep(again, 100_000, SAVE), flaws);
    }

    /** A node on a machine of its own: between 0.5 and 40 ms from the middle of the network. */
    private DhtPeer newPeer(DhtPeer.Settings of) {
        long lag = 500 + (long) (40_000 * Math.pow(random.nextDouble(), 3));
        return new DhtPeer(wire, new Machine(machines++, lag), Sybil.randomId(random), nextAddress(), of);
    }

    Multiaddr nextAddress() {
        int number = addresses++;
        return Multiaddr.parse(
                "/ip4/10.%d.%d.%d/tcp/4001".formatted(number >> 16 & 255, number >> 8 & 255, number & 255));
    }

    /**
     * Runs a scenario.
     *
     * @param flaws built in on purpose; none but in tests
     * @param lines gets every line of the trace
     */
    public static DhtOutcome run(DhtScenario scenario, long seed, Set<DhtFlaw> flaws, Consumer<String> lines) {
        return new DhtSimulation(scenario, seed, flaws, lines).run();
    }

    private DhtOutcome run() {
        world.say("%s: %d nodes, %d contents".formatted(scenario.name(), peers.size(), contents.size()));
        for (int i = 0; i < peers.size(); i++) {
            DhtPeer peer = peers.get(i);
            world.after(i < BOOTSTRAPS ? i * World.SECOND : World.MINUTE + random.nextLong(JOINING), peer::start);
        }
        for (ByteString content : contents) {
            place(content);
        }
        DhtFaults faults = new DhtFaults(this, scenario);
        long last = BEGIN + micros(scenario.lastFault());
        faults.plan(BEGIN);
        world.after(BEGIN, () -> {
            checks.begin();
            readers.begin();
        });
        long end = Math.max(last + SETTLING, BEGIN + micros(scenario.duration()));
        try {
            runUntil(end);
            if (checks.violation().isEmpty()) {
                // Planted servers are among the closest, and nobody here wants them to be found.
                boolean planted = scenario.faults().stream().anyMatch(fault -> fault.kind() == DhtFault.Kind.SYBILS);
                readers.finish(!planted);
                runUntil(end + 5 * World.MINUTE);
            }
        } catch (RuntimeException e) {
            checks.violate(DhtInvariant.NO_SURPRISE, e + " at " + e.getStackTrace()[0]);
        }
        return outcome();
    }

    private void runUntil(long end) {
        while (world.now() < end && checks.violation().isEmpty()) {
            long before = world.now();
            world.runUntil(Math.min(end, before + World.MINUTE));
            if (world.now() / World.HOUR != before / World.HOUR) {
                world.say(String.format(
                        Locale.ROOT,
                        "%d up, %d messages, %016x",
                        peers.stream().filter(DhtPeer::isUp).count(),
                        wire.messages(),
                        wire.hash()));
            }
        }
    }

    private void place(ByteString content) {
        List<DhtPeer> owners = new ArrayList<>();
        while (owners.size() < COPIES) {
            DhtPeer owner = peers.get(BOOTSTRAPS + random.nextInt(peers.size() - BOOTSTRAPS));
            if (!owners.contains(owner)) {
                owners.add(owner);
                checks.placed(content, owner);
            }
        }
        world.after(
                JOINING + 2 * World.MINUTE + random.nextLong(ANNOUNCING - JOINING - 4 * World.MINUTE),
                () -> owners.forEach(owner -> owner.pin(content)));
    }

    private DhtOutcome outcome() {
        Optional<DhtOutcome.Violation> violation = checks.violation();
        violation.ifPresent(found -> world.say("VIOLATION " + found));
        return new DhtOutcome(
                world.trace().hash(),
                world.now(),
                world.steps(),
                violation,
                readers.figures(wire),
                world.trace().latest());
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    World world() {
        return world;
    }

    Wire wire() {
        return wire;
    }

    List<DhtPeer> peers() {
        return peers;
    }

    List<ByteString> contents() {
        return contents;
    }

    DhtReaders readers() {
        return readers;
    }

    /** Somebody new, who takes the place of one who has left. */
    DhtPeer replacement() {
        return newPeer(settings);
    }

    Machine newMachine() {
        return new Machine(machines++, 5_000);
    }
}
