package beacon.sim.durability;

import java.util.SplittableRandom;

/**
 * One life of a group: from whole until it is whole again or lost. Failures come as often as they do, or, when forced, so often
 * that about every fourth degraded group loses another column before it is whole; then the weight of what happened is kept (failure
 * biasing by a changed hazard, after Shahabuddin, 1994, and Heidelberger, 1995): each failure counts as much less as it was
 * drawn too often, each time without one as much more as it was drawn too seldom.
 */
final class Life {
    private static final int MAX_STEPS = 2_000_000;

    /** Failures that are forced within the time of a repair, on average. */
    private static final double FORCE = 0.4;

    /** Failures that are forced after one at most, on average, which bounds the weights: at each pace, and in outages only. */
    private static final double BUDGET = 2;

    private static final double OUTAGE_BUDGET = 0.5;

    /** Work that is as good as none, in hours. */
    private static final double NOTHING = 1e-9;

    /** Share of the lives that begin with an outage when forced. */
    private static final double OUTAGES = 0.2;

    private static final int REPAIR = 0;
    private static final int AUDIT = 1;
    private static final int OUTAGE = 2;

    private enum Phase {
        /** On a node, and nothing is to be done. */
        NONE,
        /** Nobody knows yet. */
        HIDDEN,
        GRACE,
        /** Waits for the next decision. */
        BEAT,
        REBUILD,
    }

    private final Model model;
    private final SplittableRandom random;
    private final boolean forced;
    private final int columns;
    private final boolean[] sound;
    private final boolean[] reachable;
    private final boolean[] rotten;
    private final Phase[] phases;
    /** When the outage of a column ends. */
    private final double[] back;
    /** When the phase of a column ends; of REBUILD the work that is left. */
    private final double[] due;

    private double now;
    private double weight;
    /** Forced failures that are left, by pace. */
    private final double[] budgets = new double[3];

    private int rebuilt;
    private boolean domainHit;
    private boolean rotHit;

    Life(Model model, SplittableRandom random, boolean forced) {
        this.model = model;
        this.random = random;
        this.forced = forced;
        this.columns = model.columns();
        this.sound = new boolean[columns];
        this.reachable = new boolean[columns];
        this.rotten = new boolean[columns];
        this.phases = new Phase[columns];
        this.back = new double[columns];
        this.due = new double[columns];
    }

    /** Weight of what happened; 1 when nothing was forced. */
    double weight() {
        return weight;
    }

    /** Time from the first failure to the end, in hours. */
    double hours() {
        return now;
    }

    int rebuilt() {
        return rebuilt;
    }

    boolean domainHit() {
        return domainHit;
    }

    boolean rotHit() {
        return rotHit;
    }

    /** Lives once; true when the group was lost. */
    boolean live() {
        for (int column = 0; column < columns; column++) {
            sound[column] = true;
            reachable[column] = true;
            rotten[column] = false;
            phases[column] = Phase.NONE;
        }
        now = 0;
        weight = 1;
        rebuilt = 0;
        domainHit = false;
        rotHit = false;
        first();
        for (int step = 0; step < MAX_STEPS; step++) {
            if (count(true, false) < model.dataShards()) {
                return true;
            }
            if (isWhole()) {
                return false;
            }
            step();
        }
        throw new IllegalArgumentException(
                "expected groups that are whole now and then, but found none after %d steps: repairs are too slow, or outages too frequent"
                        .formatted(MAX_STEPS));
    }

    /** Rate at which a whole group has its first failure or outage. */
    static double rate(Model model) {
        Model.Churn churn = model.churn();
        return model.columns() * (churn.nodeRate() + churn.rotRate() + churn.outageRate())
                + model.domainsUsed() * churn.domainRate();
    }

    private int count(boolean mustBeSound, boolean mustBeReachable) {
        int count = 0;
        for (int column = 0; column < columns; column++) {
            count += (!mustBeSound || sound[column]) && (!mustBeReachable || reachable[column]) ? 1 : 0;
        }
        return count;
    }

    private boolean isWhole() {
        for (int column = 0; column < columns; column++) {
            if (!sound[column] || !reachable[column] || phases[column] != Phase.NONE) {
                return false;
            }
        }
        return true;
    }

    // Failures.

    /** Rates of the kinds: a node, rot, a domain. */
    private double[] natural() {
        Model.Churn churn = model.churn();
        int left = count(true, false);
        return new double[] {left * churn.nodeRate(), left * churn.rotRate(), model.domainsUsed() * churn.domainRate()};
    }

    private void first() {
        double[] rates = natural();
        double outages = columns * model.churn().outageRate();
        double all = outages + rates[0] + rates[1] + rates[2];
        double share = forced && outages > 0 ? OUTAGES : outages / all;
        if (random.nextDouble() < share) {
            weight *= outages / all / share;
            outage(random.nextInt(columns));
        } else {
            int kind = kind(rates);
            double drawn = forced ? (1 - share) / kinds(rates) : rates[kind] / all;
            weight *= rates[kind] / all / drawn;
            fail(kind);
        }
        failed();
        budgets[OUTAGE] = OUTAGE_BUDGET;
    }

    private static int kinds(double[] rates) {
        int kinds = 0;
        for (double rate : rates) {
            kinds += rate > 0 ? 1 : 0;
        }
        return kinds;
    }

    /** When forced, every kind that there is is as likely; else as its rate is. */
    private int kind(double[] rates) {
        double all = forced ? kinds(rates) : rates[0] + rates[1] + rates[2];
        double drawn = random.nextDouble() * all;
        int last = 0;
        for (int kind = 0; kind < rates.length; kind++) {
            if (rates[kind] > 0) {
                last = kind;
                drawn -= forced ? 1 : rates[kind];
                if (drawn < 0) {
                    return kind;
                }
            }
        }
        return last;
    }

    private void fail(int kind) {
        switch (kind) {
            case 0 -> lose(anySound(), false);
            case 1 -> {
                rotHit = true;
                lose(anySound(), true);
            }
            default -> {
                domainHit = true;
                int domain = random.nextInt(model.domainsUsed());
                for (int column = 0; column < columns; column++) {
                    if (model.domainOf(column) == domain
                            && random.nextDouble() < model.churn().domainShare()) {
                        lose(column, false);
                    }
                }
            }
        }
    }

    private int anySound() {
        int wanted = random.nextInt(count(true, false));
        int column = 0;
        while (!sound[column] || wanted-- > 0) {
            column++;
        }
        return column;
    }

    private void lose(int column, boolean rot) {
        if (!sound[column]) {
            return;
        }
        sound[column] = false;
        rotten[column] = rot;
        if (phases[column] == Phase.NONE) {
            phases[column] = Phase.HIDDEN;
            due[column] = now
                    + (rot
                            ? exponential(model.churn().rotFound())
                            : model.repair().detection());
        }
    }

    private void outage(int column) {
        if (!reachable[column]) {
            return;
        }
        reachable[column] = false;
        back[column] = now + exponential(model.churn().outageLasts());
        if (phases[column] == Phase.NONE) {
            phases[column] = Phase.HIDDEN;
            due[column] = now + model.repair().detection();
        }
    }

    /** What failed changes what is waited for, and more is forced. */
    private void failed() {
        budgets[REPAIR] = BUDGET;
        budgets[AUDIT] = BUDGET;
        hurry();
    }

    /** Nobody waits for nodes to come back when the group is close to its end. */
    private void hurry() {
        for (int column = 0; column < columns; column++) {
            if (phases[column] == Phase.GRACE && isUrgent()) {
                due[column] = now;
            }
        }
    }

    /** What a degraded group waits for: the repair of what is lost, an audit that finds rot, or just the end of an outage. */
    private int pace() {
        int pace = OUTAGE;
        for (int column = 0; column < columns; column++) {
            if (!sound[column]) {
                if (!rotten[column] || phases[column] != Phase.HIDDEN) {
                    return REPAIR;
                }
                pace = AUDIT;
            }
        }
        return pace;
    }

    /** How long it waits, about. */
    private double wait(int pace) {
        Model.Repair repair = model.repair();
        return switch (pace) {
            case REPAIR -> {
                double waits = repair.detection() + (isUrgent() ? 0 : repair.grace()) + repair.pulse() / 2;
                int missing = Math.max(1, known());
                yield waits + repair.rebuild() / model.speed(missing) / missing;
            }
            case AUDIT -> model.churn().rotFound() / Math.max(1, columns - count(true, false));
            default -> model.churn().outageLasts();
        };
    }

    /** Columns that are known to be missing. */
    private int known() {
        int known = 0;
        for (Phase phase : phases) {
            known += phase == Phase.NONE || phase == Phase.HIDDEN ? 0 : 1;
        }
        return known;
    }

    private boolean isUrgent() {
        return columns - known() - model.dataShards() <= model.repair().urgentMargin();
    }

    private double exponential(double mean) {
        return -mean * StrictMath.log(1 - random.nextDouble());
    }

    // Time.

    /** What comes next: a failure, an outage, the end of an outage or of a phase. */
    private void step() {
        double[] rates = natural();
        double naturally = rates[0] + rates[1] + rates[2];
        int pace = pace();
        double wanted = FORCE / wait(pace);
        boolean forcing = forced && budgets[pace] > 0 && wanted > naturally;
        double used = forcing ? wanted : naturally;
        double outages = count(true, true) * model.churn().outageRate();
        double speed = count(true, true) < model.dataShards() ? 0 : model.speed(Math.max(1, known()));

        double next = used > 0 ? now + exponential(1 / used) : Double.POSITIVE_INFINITY;
        double outage = outages > 0 ? now + exponential(1 / outages) : Double.POSITIVE_INFINITY;
        double end = forcing ? now + budgets[pace] / (used - naturally) : Double.POSITIVE_INFINITY;
        int column = -1;
        for (int each = 0; each < columns; each++) {
            double at = next(each, speed);
            if (at < end) {
                end = at;
                column = each;
            }
        }
        double until = Math.min(Math.min(next, outage), end);
        pass(until, speed);
        if (forcing) {
            double spent = (used - naturally) * (until - now);
            weight *= StrictMath.exp(spent);
            budgets[pace] = until == end && column < 0 ? 0 : budgets[pace] - spent;
        }
        now = until;
        if (until == next) {
            int kind = forcing ? kind(rates) : naturalKind(rates, naturally);
            weight *= forcing ? rates[kind] / (used / kinds(rates)) : 1;
            fail(kind);
            failed();
        } else if (until == outage) {
            outage(anyReachable());
            hurry();
        } else if (column >= 0) {
            advance(column);
        }
    }

    private int naturalKind(double[] rates, double all) {
        double drawn = random.nextDouble() * all;
        return drawn < rates[0] ? 0 : drawn < rates[0] + rates[1] ? 1 : 2;
    }

    private int anyReachable() {
        int wanted = random.nextInt(count(true, true));
        int column = 0;
        while (!sound[column] || !reachable[column] || wanted-- > 0) {
            column++;
        }
        return column;
    }

    /** When the next thing happens to a column by itself. */
    private double next(int column, double speed) {
        double end = switch (phases[column]) {
            case NONE -> Double.POSITIVE_INFINITY;
            case HIDDEN, GRACE, BEAT -> due[column];
            case REBUILD -> speed > 0 ? now + due[column] / speed : Double.POSITIVE_INFINITY;
        };
        return reachable[column] ? end : Math.min(end, back[column]);
    }

    private void pass(double until, double speed) {
        for (int column = 0; column < columns; column++) {
            if (phases[column] == Phase.REBUILD) {
                due[column] = Math.max(0, due[column] - (until - now) * speed);
            }
        }
    }

    private void advance(int column) {
        if (!reachable[column] && back[column] <= now) {
            reachable[column] = true;
            if (sound[column]) {
                phases[column] = Phase.NONE;
                return;
            }
        }
        switch (phases[column]) {
            case NONE -> {}
            case HIDDEN -> {
                if (due[column] <= now) {
                    phases[column] = Phase.GRACE;
                    due[column] = now
                            + (rotten[column] || isUrgent() ? 0 : model.repair().grace());
                }
            }
            case GRACE -> {
                if (due[column] <= now) {
                    phases[column] = Phase.BEAT;
                    due[column] = now + model.repair().pulse() * random.nextDouble();
                }
            }
            case BEAT -> {
                if (due[column] <= now) {
                    phases[column] = Phase.REBUILD;
                    due[column] = work();
                }
            }
            case REBUILD -> {
                if (due[column] <= NOTHING) {
                    phases[column] = Phase.NONE;
                    sound[column] = true;
                    reachable[column] = true;
                    rotten[column] = false;
                    rebuilt++;
                }
            }
        }
    }

    private double work() {
        double mean = model.repair().rebuild();
        return model.repair().memoryless() ? exponential(mean) : 2 * mean * random.nextDouble();
    }
}
