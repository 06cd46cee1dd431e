package beacon.sim.cluster;

import beacon.sim.scenario.Deletions;
import beacon.sim.scenario.Fault;
import beacon.sim.scenario.Scenario;
import beacon.sim.world.Network;
import beacon.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** One run of one scenario. The same scenario and seed give the same trace, on every machine and every Java. */
public final class Simulation {
    private static final long START = 30 * World.SECOND;
    private static final long STEP = World.MINUTE;
    private static final long SETTLE = 5 * World.MINUTE;
    /** Followers hear from the next heartbeat, a second later, that an event is committed; and a heartbeat may be lost. */
    private static final long CATCH_UP = 30 * World.SECOND;

    private final Scenario scenario;
    private final Cluster cluster;
    private final World world;
    private final Network network;
    private final Invariants invariants;
    private final Fleet fleet;
    private final List<Member> members;
    private final List<Writer> writers = new ArrayList<>();
    private final DeletionLoop deletionLoop;
    private final Recording recording;
    private int sides;

    private Simulation(Scenario scenario, long seed, Set<Flaw> flaws, Recording recording) {
        this.scenario = scenario;
        this.world = new World(seed);
        this.cluster = new Cluster(
                world, scenario.loss(), scenario.survivable(), scenario.members(), scenario.policy(), flaws);
        this.network = cluster.network;
        this.invariants = cluster.invariants;
        this.fleet = cluster.fleet;
        this.members = cluster.members;
        this.recording = recording;
        for (int i = 1; i <= scenario.nodes(); i++) {
            fleet.add(new StorageNode(i, "rack-" + i % scenario.domains(), scenario.capacity()));
        }
        for (int i = 1; i <= Scenario.WRITERS; i++) {
            String name = "w" + i;
            Client client = cluster.client(name, "client/" + name);
            writers.add(new Writer(name, world, fleet, client, members, scenario.policy(), flaws, invariants));
        }
        Deletions deletions = scenario.deletions();
        this.deletionLoop = new DeletionLoop(cluster, scenario.policy(), deletions.grace(), flaws);
        invariants.deletions().grace(deletions.grace());
    }

    /**
     * Runs a scenario.
     *
     * @param progress told of the share that is done, from 0 to 1, now and then
     */
    public static Outcome run(Scenario scenario, long seed, Consumer<Double> progress) {
        return run(scenario, seed, Set.of(), line -> {}, progress);
    }

    /**
     * Runs a scenario.
     *
     * @param flaws that are built in on purpose
     * @param lines shown every line of the trace
     */
    public static Outcome run(
            Scenario scenario, long seed, Set<Flaw> flaws, Consumer<String> lines, Consumer<Double> progress) {
        Simulation simulation = new Simulation(scenario, seed, flaws, new Recording());
        simulation.world.trace().listen(lines);
        simulation.go(progress, false);
        return simulation.outcome();
    }

    /** The same run, and how it went. */
    public static Outcome record(Scenario scenario, long seed, Recording recording, Consumer<Double> progress) {
        Simulation simulation = new Simulation(scenario, seed, Set.of(), recording);
        simulation.world.trace().listen(recording::line);
        simulation.go(progress, true);
        simulation.members.stream().filter(Member::leads).forEach(leader -> recording.keep(leader.journal()));
        return simulation.outcome();
    }

    private void go(Consumer<Double> progress, boolean looked) {
        long end = Math.max(scenario.duration(), scenario.lastFault());
        long quiet = scenario.policy().grace() + 2 * scenario.policy().bar() + SETTLE;
        try {
            begin();
            while (world.now() < end + quiet && invariants.violation().isEmpty()) {
                world.runUntil(Math.min(end + quiet, world.now() + STEP));
                if (looked) {
                    recording.look(cluster);
                }
                progress.accept((double) world.now() / (end + quiet));
            }
            catchUp();
            if (invariants.violation().isEmpty()) {
                judge();
            }
        } catch (RuntimeException e) {
            invariants.violated(Invariant.NO_SURPRISE, e.toString());
        }
    }

    private void begin() {
        cluster.start();
        if (!scenario.deletions().isNone()) {
            deletionLoop.start();
            Deleter deleter = new Deleter(cluster.operator, world, scenario.deletions());
            writers.forEach(writer -> writer.listen(deleter::put));
        }
        fleet.nodes()
                .forEach(node ->
                        world.after(START, () -> cluster.join(node.id().bytes(), node.domain(), node.capacity())));
        SplittableRandom random = world.random("puts");
        for (int i = 0; i < scenario.artifacts(); i++) {
            boolean large = random.nextDouble() < scenario.largeShare();
            int turn = i;
            world.after(2 * START + i * scenario.putEvery(), () -> put(turn, large));
        }
        scenario.faults().forEach(fault -> world.after(fault.at(), () -> begin(fault)));
    }

    /** Writers put in turns; one takes over what another that is gone would have put. */
    private void put(int turn, boolean large) {
        for (int i = 0; i < writers.size(); i++) {
            Writer writer = writers.get((turn + i) % writers.size());
            if (writer.isUp()) {
                writer.put(large);
                return;
            }
        }
    }

    // Faults.

    private void begin(Fault fault) {
        if (fault.places().size() > 1) {
            cut(fault, fault.places());
            return;
        }
        for (Writer writer : writers) {
            if (writer.name().equals(fault.target())) {
                onWriter(fault, writer);
                return;
            }
        }
        if (fault.target().equals("members")) {
            members.forEach(member -> onMember(fault, member));
            return;
        }
        for (Member member : members) {
            if (member.name().equals(fault.target())) {
                onMember(fault, member);
                return;
            }
        }
        if (fault.domain().isEmpty()) {
            onNode(fault, fleet.named(fault.target()));
        } else {
            fleet.nodes().stream()
                    .filter(node -> node.domain().equals(fault.domain()))
                    .toList()
                    .forEach(node -> onNode(fault, node));
        }
    }

    private void onMember(Fault fault, Member member) {
        switch (fault.kind()) {
            case CRASH, WIPE -> {
                if (!member.isUp()) {
                    return;
                }
                member.crash();
                if (fault.kind() == Fault.Kind.WIPE) {
                    member.wipe();
                }
                later(fault, member::start);
            }
            case CUT -> cut(fault, List.of(member.name()));
            case CLOCK -> {
                world.say("the clock of %s is %.0f s ahead".formatted(member.name(), fault.amount()));
                member.ahead((long) (fault.amount() * World.SECOND));
                later(fault, () -> {
                    world.say("the clock of %s is right again".formatted(member.name()));
                    member.ahead(0);
                });
            }
            case ROT, SLOW, FULL, UNSYNCED ->
                throw new IllegalArgumentException(
                        "expected a crash, wipe or cut of a member, or its clock, but found " + fault.kind());
        }
    }

    private void onNode(Fault fault, StorageNode node) {
        world.say(node.name() + " " + fault.kind());
        switch (fault.kind()) {
            case CRASH -> {
                node.up(false);
                later(fault, () -> back(node));
            }
            case WIPE -> {
                node.up(false);
                fleet.wipe(node);
                later(fault, () -> back(node));
            }
            case CUT -> cut(fault, List.of(node.name()));
            case ROT -> fleet.rot(node, fault.amount());
            case SLOW -> {
                node.slowness(fault.amount());
                later(fault, () -> node.slowness(1));
            }
            case FULL -> {
                node.full(true);
                later(fault, () -> node.full(false));
            }
            case UNSYNCED -> {
                node.up(false);
                fleet.unsynced(node, (long) (fault.amount() * World.SECOND));
                later(fault, () -> back(node));
            }
            case CLOCK -> throw new IllegalArgumentException("expected the clock of a member, but found a node's");
        }
    }

    private void back(StorageNode node) {
        node.up(true);
        world.say(node.name() + " is back");
    }

    private void onWriter(Fault fault, Writer writer) {
        if (fault.kind() == Fault.Kind.CUT) {
            cut(fault, fault.places());
            return;
        }
        world.say(writer.name() + " is gone");
        writer.up(false);
        later(fault, () -> writer.up(true));
    }

    /** These places reach each other and nobody else. */
    private void cut(Fault fault, List<String> places) {
        sides++;
        int side = sides;
        places.forEach(place -> network.side(place, side));
        members.forEach(Member::disturbed);
        String who = String.join(" and ", places);
        world.say(who + " cut off");
        later(fault, () -> {
            places.forEach(place -> network.side(place, 0));
            members.forEach(Member::disturbed);
            world.say(who + " connected again");
        });
    }

    private void later(Fault fault, Runnable end) {
        if (fault.lasts() > 0) {
            world.after(fault.lasts(), end);
        }
    }

    // The end.

    /** Goes on until every member that takes part has the same events, for a while: the last one may be a moment old. */
    private void catchUp() {
        long end = world.now() + CATCH_UP;
        while (world.now() < end && invariants.violation().isEmpty() && !agree()) {
            world.runUntil(Math.min(end, world.now() + World.SECOND / 10));
        }
    }

    private boolean agree() {
        return members.stream()
                        .filter(Member::takesPart)
                        .mapToLong(Member::lastSequence)
                        .distinct()
                        .count()
                <= 1;
    }

    private void judge() {
        List<Member> up = members.stream().filter(Member::takesPart).toList();
        List<Member> leaders = up.stream().filter(Member::leads).toList();
        if (up.size() <= members.size() / 2) {
            return;
        }
        if (leaders.isEmpty()) {
            invariants.violated(Invariant.PROGRESS, "no member leads, and %d are up".formatted(up.size()));
            return;
        }
        Member leader = leaders.get(leaders.size() - 1);
        compare(up, leader);
        if (leader.lastSequence() < invariants.events()) {
            invariants.violated(
                    Invariant.COMMITTED_NEVER_LOST,
                    "the leader has %d events of %d".formatted(leader.lastSequence(), invariants.events()));
        }
        for (Artifact artifact : invariants.artifacts()) {
            // The name of what is to be deleted was removed, and then nothing may be there.
            boolean named = !invariants.deletions().isUnnamed(artifact);
            if (leader.resolves(artifact) != named) {
                invariants.violated(
                        Invariant.NAMES_RESOLVE,
                        artifact.name()
                                + (named ? " does not point at its manifest" : " was removed and points at it"));
            }
        }
        if (scenario.survivable()) {
            invariants.checkWhole(scenario.domains());
            long sweeps = scenario.deletions().grace() + 2 * scenario.policy().bar() + SETTLE;
            invariants.checkReleased(up, world.unixMicros() - sweeps);
        }
    }

    private void compare(List<Member> up, Member leader) {
        Map<String, String> replayed = Projections.replayed(leader.journal(), leader.lastSequence());
        for (Member member : up) {
            if (member.lastSequence() < leader.lastSequence()) {
                invariants.violated(
                        Invariant.PROGRESS,
                        "%s has %d events of %d"
                                .formatted(member.name(), member.lastSequence(), leader.lastSequence()));
            } else if (!member.equalsReplay()) {
                invariants.violated(
                        Invariant.SNAPSHOT_PLUS_TAIL_EQUALS_FULL_REPLAY,
                        "the state of %s is not that of its log".formatted(member.name()));
            } else if (!replayed.entrySet().containsAll(member.digests().entrySet())) {
                invariants.violated(
                        Invariant.REPLAY_EQUALS_LIVE,
                        "%s has %s, and a replay gives %s".formatted(member.name(), member.digests(), replayed));
            }
        }
    }

    private Outcome outcome() {
        world.say("end");
        return new Outcome(
                world.trace().hash(),
                world.now(),
                world.steps(),
                invariants.violation(),
                new Outcome.Figures(
                        invariants.events(),
                        invariants.acknowledgements(),
                        invariants.artifacts().size(),
                        invariants.deletions().released().size(),
                        writers.stream().mapToLong(Writer::failed).sum(),
                        invariants.lost().size(),
                        cluster.moves(),
                        cluster.bytesRead()),
                world.trace().latest());
    }
}
