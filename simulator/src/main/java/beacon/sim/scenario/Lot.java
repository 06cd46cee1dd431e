package beacon.sim.scenario;

import beacon.sim.cluster.Policy;
import beacon.sim.scenario.Fault.Kind;
import beacon.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Draws scenarios that a cluster has to survive: at any time no more nodes are impaired than shards may be lost, where a
 * node that lost something counts until it should be whole again; and a majority of the members is there.
 */
public final class Lot {
    private static final int[] COUNTS = {14, 16, 20};
    private static final int[] RACKS = {4, 7, 14};
    private static final long FILL = 30 * World.MINUTE;
    /** From here on scenarios may have a slower tempo; in shorter ones there would be no reverb. */
    private static final long LONG = 5 * World.DAY;

    private static final int[] TEMPOS = {1, 2, 4, 8};

    private final SplittableRandom random;
    /** Of what came to the scenarios later, so that the faults of a seed stay what they were. */
    private final SplittableRandom later;

    private final Policy policy;
    private final long duration;
    private final List<Fault> faults = new ArrayList<>();
    private final TreeMap<String, Long> impaired = new TreeMap<>();
    private long membersWholeAt;
    private int spare;

    private Lot(long seed, Policy policy, long duration) {
        this.random = new SplittableRandom(seed ^ 0x5ca1ab1eL);
        this.later = new SplittableRandom(seed ^ 0xde1e7edL);
        this.policy = policy;
        this.duration = duration;
    }

    /**
     * A scenario.
     *
     * @param days of faults
     */
    public static Scenario draw(long seed, double days) {
        long duration = Math.max(World.HOUR, (long) (days * World.DAY));
        int slower = duration < LONG ? 1 : TEMPOS[new SplittableRandom(seed).nextInt(TEMPOS.length)];
        return new Lot(seed, Policy.DEFAULT.slower(slower), duration).scenario("random-" + seed);
    }

    private Scenario scenario(String name) {
        int nodes = COUNTS[random.nextInt(COUNTS.length)];
        int domains = RACKS[random.nextInt(RACKS.length)];
        spare = nodes - policy.dataShards() - policy.parityShards();
        int artifacts = 10 + random.nextInt(50);
        double loss = random.nextInt(3) == 0 ? 0.01 : 0;
        long gap = Math.max(10 * World.MINUTE, duration / (10 + random.nextInt(40)));
        for (long at = 10 * World.MINUTE; at < duration; at += 1 + random.nextLong(2 * gap)) {
            if (random.nextInt(4) == 0) {
                member(at);
            } else {
                node(at, nodes);
            }
        }
        return new Scenario(
                name,
                "drawn by lot; everything acknowledged has to survive",
                policy,
                3,
                nodes,
                domains,
                1L << 40,
                loss,
                artifacts,
                Math.max(World.SECOND, (duration - World.MINUTE) / Math.max(1, artifacts)),
                0.5,
                deletions(),
                duration,
                true,
                faults);
    }

    /** In two of three scenarios something is deleted. */
    private Deletions deletions() {
        if (later.nextInt(3) == 0) {
            return Deletions.NONE;
        }
        long after = 10 * World.MINUTE + later.nextLong(duration / 4 / World.MINUTE + 1) * World.MINUTE;
        return new Deletions((1 + later.nextInt(6)) / 10.0, after, World.HOUR);
    }

    private void member(long at) {
        if (at < membersWholeAt) {
            return;
        }
        long lasts = World.SECOND + random.nextLong(20 * World.MINUTE);
        if (random.nextInt(5) == 0) {
            // A power failure: what was acknowledged is on the disks of a majority, so nothing is lost.
            faults.add(new Fault(at, Kind.CRASH, "members", lasts, 0));
            membersWholeAt = at + lasts + 10 * World.MINUTE;
            return;
        }
        Kind kind = List.of(Kind.CRASH, Kind.CRASH, Kind.CUT, Kind.WIPE).get(random.nextInt(4));
        faults.add(new Fault(at, kind, "m" + (1 + random.nextInt(3)), lasts, 0));
        membersWholeAt = at + lasts + 10 * World.MINUTE;
    }

    private void node(long at, int nodes) {
        impaired.values().removeIf(until -> until <= at);
        String target = "n" + (1 + random.nextInt(nodes));
        if (impaired.size() >= policy.parityShards() || impaired.containsKey(target)) {
            return;
        }
        long lasts = World.SECOND + random.nextLong(random.nextBoolean() ? World.MINUTE : 2 * World.HOUR);
        Kind kind = List.of(Kind.CRASH, Kind.CRASH, Kind.CUT, Kind.WIPE, Kind.ROT, Kind.SLOW)
                .get(random.nextInt(6));
        long whole = switch (kind) {
            case CRASH, CUT, SLOW, FULL, CLOCK, UNSYNCED -> lasts + FILL;
            case WIPE -> lasts + 2 * policy.bar() + FILL;
            case ROT -> 4 * policy.bar() + FILL;
        };
        double amount =
                kind == Kind.ROT ? 0.2 + 0.8 * random.nextDouble() : kind == Kind.SLOW ? 2 + random.nextInt(99) : 0;
        if (kind == Kind.WIPE && spare > 0 && random.nextInt(4) == 0) {
            // Gone for good. With one domain less there are still enough: see RACKS.
            spare = 0;
            faults.add(new Fault(at, kind, target, 0, 0));
            impaired.put(target, Long.MAX_VALUE);
            return;
        }
        faults.add(new Fault(at, kind, target, kind == Kind.ROT ? 0 : lasts, amount));
        impaired.put(target, at + whole);
    }
}
