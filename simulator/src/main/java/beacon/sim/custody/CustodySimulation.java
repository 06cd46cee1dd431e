package beacon.sim.custody;

import beacon.keys.records.Seat;
import beacon.sim.world.World;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One run of a scenario: a key is born, artifacts are sealed, the operator does his tasks, faults happen, readers open, and
 * the invariants judge. The run ends at the first that does not hold.
 */
public final class CustodySimulation {
    /** When the first key is there, and tasks and faults begin. */
    private static final long BEGIN = 10 * World.MINUTE;
    /** After the last fault and task everything has to be over. */
    private static final Duration SETTLING = Duration.ofHours(1);

    private static final long INSPECTION = 30 * World.MINUTE;
    private static final long LAST_OPENINGS = 15 * World.MINUTE;

    private final CustodyScenario scenario;
    private final World world;
    private final SimKeyLog log;
    private final CustodyWire wire;
    private final Map<String, SimCustodian> custodians = new LinkedHashMap<>();
    private final CustodyChecks checks;
    private final Rewrapper rewrapper;
    private final CustodyReaders readers;
    private final Operator operator;
    private final CustodyFaults faults;

    private CustodySimulation(CustodyScenario scenario, long seed, Set<CustodyFlaw> flaws, Consumer<String> lines) {
        this.scenario = scenario;
        this.world = new World(seed);
        world.trace().listen(lines);
        this.log = new SimKeyLog(world);
        this.wire = new CustodyWire(world);
        for (int number = 1; number <= scenario.custodians() + scenario.spares(); number++) {
            String name = "c" + number;
            custodians.put(name, new SimCustodian(name, world, log, flaws));
        }
        this.checks = new CustodyChecks(world, log, custodians);
        Asker asker = new Asker(world, wire, custodians, checks, flaws);
        this.rewrapper = new Rewrapper(world, log, asker, flaws);
        this.readers = new CustodyReaders(world, log, asker, checks);
        this.operator = new Operator(world, wire, log, custodians, rewrapper, scenario);
        this.faults = new CustodyFaults(world, log, List.copyOf(custodians.values()), wire, operator, checks);
        wire.witness((custodian, message) -> checks.read(
                custodian,
                flaws.contains(CustodyFlaw.SHARE_IN_THE_OPEN) ? message.concat(custodian.presentShare()) : message));
        operator.afterRitual(record -> checks.inspect());
    }

    /**
     * Runs a scenario.
     *
     * @param flaws built in on purpose; none but in tests
     * @param lines gets every line of the trace
     */
    public static CustodyOutcome run(
            CustodyScenario scenario, long seed, Set<CustodyFlaw> flaws, Consumer<String> lines) {
        return new CustodySimulation(scenario, seed, flaws, lines).run();
    }

    private CustodyOutcome run() {
        world.say(
                "%s: %d custodians, %d artifacts".formatted(scenario.name(), custodians.size(), scenario.artifacts()));
        custodians.values().forEach(SimCustodian::start);
        world.after(World.SECOND, this::bear);
        world.after(BEGIN, this::begin);
        Duration last = Stream.concat(
                        scenario.faults().stream().map(fault -> fault.at().plus(fault.lasts())),
                        scenario.tasks().stream().map(CustodyTask::at))
                .reduce(Duration.ZERO, (one, other) -> one.compareTo(other) < 0 ? other : one);
        long end =
                BEGIN + Math.max(CustodyFaults.micros(last.plus(SETTLING)), CustodyFaults.micros(scenario.duration()));
        try {
            runUntil(end);
            finish();
        } catch (RuntimeException e) {
            checks.violate(CustodyInvariant.NO_SURPRISE, e + " at " + e.getStackTrace()[0]);
        }
        return outcome();
    }

    private void bear() {
        List<Seat> seats = new ArrayList<>();
        custodians.values().stream()
                .limit(scenario.custodians())
                .forEach(custodian -> custodian.seat().ifPresent(seats::add));
        operator.ceremony(seats, record -> operator.activate(record.orElseThrow(), ByteString.EMPTY));
    }

    private void begin() {
        readers.write(scenario.artifacts());
        readers.begin();
        world.every(INSPECTION, checks::inspect);
        faults.plan(scenario.faults());
        scenario.tasks().forEach(task -> world.after(CustodyFaults.micros(task.at()), () -> operator.add(task.kind())));
    }

    private void runUntil(long end) {
        while (world.now() < end && checks.violation().isEmpty()) {
            world.runUntil(Math.min(end, world.now() + World.MINUTE));
        }
    }

    /** Whether there are enough holders left to do anything. */
    private boolean isAlive() {
        return log.active().stream()
                .anyMatch(record -> custodians.values().stream()
                                .filter(custodian -> custodian.holds(record))
                                .count()
                        >= record.key().threshold());
    }

    private void finish() {
        if (checks.violation().isPresent()) {
            return;
        }
        if (isAlive() && !operator.isIdle()) {
            checks.violate(CustodyInvariant.PROGRESS, "a task has not ended an hour after the last fault");
        }
        checks.inspect();
        if (checks.wholes() == 0) {
            throw new IllegalStateException("expected disks on which t shares give a key, but found none");
        }
        readers.openAll();
        checks.destroyed()
                .forEach((key, header) -> readers.openOld(log.record(key), header, opens -> {
                    if (opens) {
                        checks.violate(
                                CustodyInvariant.OLD_KEY_DIES, "what was wrapped for a destroyed key still opens");
                    }
                }));
        runUntil(world.now() + LAST_OPENINGS);
    }

    private CustodyOutcome outcome() {
        checks.violation().ifPresent(found -> world.say("VIOLATION " + found));
        CustodyOutcome.Figures figures = new CustodyOutcome.Figures(
                wire.messages(),
                readers.opened(),
                readers.refused(),
                operator.ended(),
                operator.failed(),
                rewrapper.rewrapped(),
                faults.powerLosses());
        return new CustodyOutcome(
                world.trace().hash(),
                world.now(),
                world.steps(),
                checks.violation(),
                figures,
                world.trace().latest());
    }
}
