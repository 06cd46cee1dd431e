package beacon.sim.kademlia;

import beacon.sim.kademlia.DhtFault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A network and what happens to it.
 *
 * @param contents that are provided, each by two nodes
 * @param duration from when everything was announced to when faults have stopped
 */
public record DhtScenario(
        String name, String description, int nodes, int contents, Duration duration, List<DhtFault> faults) {
    private static final Duration NONE = Duration.ZERO;

    public DhtScenario {
        faults = List.copyOf(faults);
        if (nodes < 10 || nodes > 5_000 || contents < 1 || contents > 10_000) {
            throw new IllegalArgumentException(
                    "expected 10 to 5,000 nodes and 1 to 10,000 contents, but found %d and %d"
                            .formatted(nodes, contents));
        }
    }

    /** The same with other faults. */
    public DhtScenario with(List<DhtFault> others) {
        return new DhtScenario(name, description, nodes, contents, duration, others);
    }

    /** Those that come with Beacon. */
    public static List<DhtScenario> all() {
        return List.of(
                of(
                        "expiry-storm",
                        "Every provider is down until all records have expired, and half of the servers lose power on"
                                + " the way.",
                        70,
                        fault(Kind.PROVIDERS_DOWN, 2, 1, 50),
                        fault(Kind.POWER, 20, 0.5, 20)),
                of(
                        "bootstrap-loss",
                        "The nodes that others start from are gone for a day, while half of the others restart"
                                + " elsewhere.",
                        30,
                        fault(Kind.BOOTSTRAP_DOWN, 1, 1, 24),
                        fault(Kind.REDEPLOY, 3, 0.5, 6),
                        fault(Kind.RESTART, 12, 0.5, 4)),
                of(
                        "eclipse",
                        "As many planted nodes as records have copies come closest to a content, and keep nothing.",
                        50,
                        fault(Kind.SYBILS, 1, 1.0, 0)),
                of(
                        "flash-crowd",
                        "Everybody looks for one content at once, while some are slow.",
                        6,
                        fault(Kind.SLOW, 1, 0.1, 3),
                        fault(Kind.CROWD, 2, 1, 0),
                        fault(Kind.CROWD, 3, 1, 0)),
                of(
                        "churn-wave",
                        "Half of the nodes move, a third of the servers is replaced, and messages are lost.",
                        50,
                        fault(Kind.LOSS, 1, 0.03, 20),
                        fault(Kind.REDEPLOY, 2, 0.5, 3),
                        fault(Kind.REPLACE, 8, 0.3, 6),
                        fault(Kind.REDEPLOY, 20, 0.5, 1)),
                of(
                        "rolling-restart",
                        "Every node is stopped and started again, one after the other, within four hours.",
                        24,
                        fault(Kind.RESTART, 3, 1, 4)),
                of("partition", "A third of the nodes is cut off for a day.", 60, fault(Kind.CUT, 3, 0.33, 24)));
    }

    private static DhtScenario of(String name, String description, int hours, DhtFault... faults) {
        return new DhtScenario(name, description, 60, 60, Duration.ofHours(hours), List.of(faults));
    }

    private static DhtFault fault(Kind kind, long hour, double share, long hours) {
        return new DhtFault(kind, Duration.ofHours(hour), share, Duration.ofHours(hours));
    }

    /** One of those that come with Beacon. */
    public static Optional<DhtScenario> named(String name) {
        return all().stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /**
     * A scenario drawn by lot. It keeps to what records can bear: at most half of the servers are away at a time, and no
     * more is replaced than that between two sweeps.
     */
    public static DhtScenario draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + 17);
        List<DhtFault> faults = new ArrayList<>();
        long hour = 1;
        int count = 2 + random.nextInt(4);
        boolean sybils = false;
        Kind[] kinds = Kind.values();
        for (int i = 0; i < count; i++) {
            Kind kind = kinds[random.nextInt(kinds.length)];
            if (kind == Kind.SYBILS && sybils) {
                kind = Kind.RESTART;
            }
            sybils |= kind == Kind.SYBILS;
            long hours = 1L + random.nextInt(kind == Kind.PROVIDERS_DOWN ? 60 : 12);
            double share = switch (kind) {
                case LOSS -> 0.01 + 0.04 * random.nextDouble();
                case REPLACE, POWER, CUT -> 0.1 + 0.3 * random.nextDouble();
                default -> 0.2 + 0.8 * random.nextDouble();
            };
            faults.add(new DhtFault(kind, Duration.ofHours(hour), share, Duration.ofHours(hours)));
            // Then a while until what was disturbed is steady again; replaced servers are made up for by the next
            // sweep.
            hour += hours + (kind == Kind.REPLACE ? 24 : 2) + random.nextInt(6);
        }
        faults.sort(Comparator.comparing(DhtFault::at));
        return new DhtScenario(
                "random-" + seed, "drawn by lot", 50 + random.nextInt(40), 60, Duration.ofHours(hour + 24), faults);
    }

    /** When the last fault is over. */
    Duration lastFault() {
        return faults.stream()
                .map(fault -> fault.at().plus(fault.lasts()))
                .max(Comparator.naturalOrder())
                .orElse(NONE);
    }
}
