package beacon.sim.custody;

import beacon.sim.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Makes faults happen. Whom they hit is drawn when they begin. */
final class CustodyFaults {
    /** Changes of a disk within which a torn one stops: about what one ritual makes. */
    private static final int CHANGES = 30;

    private final World world;
    private final SimKeyLog log;
    private final List<SimCustodian> custodians;
    private final CustodyWire wire;
    private final Operator operator;
    private final CustodyChecks checks;
    private final SplittableRandom random;
    private int powerLosses;

    CustodyFaults(
            World world,
            SimKeyLog log,
            List<SimCustodian> custodians,
            CustodyWire wire,
            Operator operator,
            CustodyChecks checks) {
        this.world = world;
        this.log = log;
        this.custodians = custodians;
        this.wire = wire;
        this.operator = operator;
        this.checks = checks;
        this.random = world.random("faults");
        custodians.forEach(custodian -> custodian.onPowerLoss(() -> {
            world.say("%s loses its power in the middle of something".formatted(custodian.name));
            powerLosses++;
            world.after(random.nextLong(World.SECOND, 5 * World.MINUTE), custodian::start);
        }));
    }

    int powerLosses() {
        return powerLosses;
    }

    void plan(List<CustodyFault> faults) {
        for (CustodyFault fault : faults) {
            world.after(micros(fault.at()), () -> {
                world.say("fault " + fault);
                happen(fault, micros(fault.lasts()));
            });
        }
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    private void happen(CustodyFault fault, long lasts) {
        switch (fault.kind()) {
            case POWER ->
                hit(fault, custodian -> {
                    custodian.powerOff();
                    powerLosses++;
                    world.after(lasts, custodian::start);
                });
            case TORN -> hit(fault, custodian -> custodian.tear(random.nextInt(CHANGES)));
            case CUT -> hit(fault, custodian -> flip(custodian, lasts, on -> custodian.cut = on));
            case LOG_AWAY -> hit(fault, custodian -> flip(custodian, lasts, on -> custodian.logAway = on));
            case LIE -> hit(fault, custodian -> flip(custodian, lasts, on -> custodian.lies = on));
            case WIPE ->
                hit(fault, custodian -> {
                    custodian.wipe();
                    world.after(lasts, custodian::start);
                });
            case GONE ->
                hit(fault, custodian -> {
                    custodian.powerOff();
                    custodian.gone = true;
                });
            case LOSS -> {
                wire.loss(fault.count() / 100.0);
                checks.lossUntil(world.now() + lasts);
                world.after(lasts, () -> wire.loss(0));
            }
            case OPERATOR -> operator.kill(lasts);
        }
    }

    private void flip(SimCustodian custodian, long lasts, Consumer<Boolean> set) {
        set.accept(true);
        custodian.disturbed();
        world.after(lasts, () -> {
            set.accept(false);
            custodian.disturbed();
        });
    }

    private void hit(CustodyFault fault, Consumer<SimCustodian> each) {
        Predicate<SimCustodian> holds =
                custodian -> log.active().map(custodian::holds).orElse(false) && !custodian.cut && !custodian.lies;
        List<SimCustodian> candidates =
                new ArrayList<>(custodians.stream().filter(holds).toList());
        for (int i = 0; i < fault.count() && !candidates.isEmpty(); i++) {
            SimCustodian drawn = candidates.remove(random.nextInt(candidates.size()));
            world.say("%s: %s".formatted(fault.kind(), drawn.name));
            each.accept(drawn);
        }
    }
}
