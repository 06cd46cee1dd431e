package beacon.sim.durability;

/**
 * What the loss of a group depends on. Times are in hours.
 *
 * @param nodes of the cluster
 * @param domains failure domains, over which the columns of a group are spread evenly
 * @param dataShards of a group, 1 when its columns are copies
 * @param parityShards columns that may be lost
 */
public record Model(int nodes, int domains, int dataShards, int parityShards, Churn churn, Repair repair) {
    static final double HOURS_A_YEAR = 24 * 365.25;

    /** A column takes its own time even when it is the only one that is made. */
    private static final double MOST_SPEED = 1_000;

    /**
     * What goes wrong. A time of 0: never.
     *
     * @param nodeLife mean time until a node is lost with its disk
     * @param outageEvery mean time between two outages of a node that comes back with its disk
     * @param outageLasts mean length of such an outage
     * @param domainLife mean time between two losses in a domain that hit many of its nodes at once
     * @param domainShare probability that such a loss takes a node of the domain
     * @param rotEvery mean time until a column goes bad in silence
     * @param rotFound mean time until an audit finds it
     */
    public record Churn(
            double nodeLife,
            double outageEvery,
            double outageLasts,
            double domainLife,
            double domainShare,
            double rotEvery,
            double rotFound) {
        public Churn {
            for (double time : new double[] {nodeLife, outageEvery, outageLasts, domainLife, rotEvery, rotFound}) {
                if (!(time >= 0) || Double.isInfinite(time)) {
                    throw new IllegalArgumentException("expected times from 0 on, but found " + time);
                }
            }
            if (nodeLife == 0 && domainLife == 0 && rotEvery == 0) {
                throw new IllegalArgumentException("expected something to be lost now and then, but found nothing");
            }
            if (!(domainShare >= 0 && domainShare <= 1)) {
                throw new IllegalArgumentException("expected a share from 0 to 1, but found " + domainShare);
            }
            if ((outageEvery > 0 && outageLasts == 0) || (rotEvery > 0 && rotFound == 0)) {
                throw new IllegalArgumentException("expected how long outages last, and how soon rot is found");
            }
        }

        double nodeRate() {
            return rate(nodeLife);
        }

        double outageRate() {
            return rate(outageEvery);
        }

        double domainRate() {
            return rate(domainLife);
        }

        double rotRate() {
            return rate(rotEvery);
        }

        private static double rate(double time) {
            return time == 0 ? 0 : 1 / time;
        }
    }

    /**
     * How losses are made good.
     *
     * @param detection until a node that does not answer is down
     * @param grace how long it may be down before its columns are made again elsewhere
     * @param pulse between two decisions; a loss waits for the next
     * @param rebuild mean time until a column of a lost node is made again, when its group has lost no other
     * @param urgentMargin columns that may still be lost at or below which the grace is not waited for
     * @param memoryless whether making a column again takes an exponentially distributed time; else any time up to twice the
     *     mean is as likely, as when the columns of a node are made one after the other
     */
    public record Repair(
            double detection, double grace, double pulse, double rebuild, int urgentMargin, boolean memoryless) {
        public Repair {
            for (double time : new double[] {detection, grace, pulse, rebuild}) {
                if (!(time >= 0) || Double.isInfinite(time)) {
                    throw new IllegalArgumentException("expected times from 0 on, but found " + time);
                }
            }
            if (!(rebuild > 0) || urgentMargin < 0) {
                throw new IllegalArgumentException("expected a time to make columns again, but found " + rebuild);
            }
        }

        /** Nothing is waited for, and every column takes an exponentially distributed time: what a Markov chain can have. */
        public static Repair memoryless(double rebuild) {
            return new Repair(0, 0, 0, rebuild, 0, true);
        }

        double mean() {
            return detection + grace + pulse / 2 + rebuild;
        }
    }

    public Model {
        if (dataShards < 1 || parityShards < 0 || dataShards + parityShards > 256) {
            throw new IllegalArgumentException(
                    "expected 1 to 256 columns, but found %d+%d".formatted(dataShards, parityShards));
        }
        if (nodes < dataShards + parityShards || domains < 1 || domains > nodes || nodes > 1_000_000) {
            throw new IllegalArgumentException(
                    "expected a node for each of %d columns, and no more domains than nodes, but found %d nodes, %d domains"
                            .formatted(dataShards + parityShards, nodes, domains));
        }
    }

    int columns() {
        return dataShards + parityShards;
    }

    /** Domain of a column. */
    int domainOf(int column) {
        return column % domains;
    }

    /** Domains that hold a column of the group. */
    int domainsUsed() {
        return Math.min(domains, columns());
    }

    /**
     * How much faster columns are made when so many of their group are missing: the most endangered groups come first, and of
     * the groups on a lost node only some lost another column as well.
     */
    double speed(int missing) {
        double share = nodes == 1 ? 1 : (columns() - 1.0) / (nodes - 1.0);
        double speed = 1;
        for (int i = 1; i < missing && speed < MOST_SPEED; i++) {
            speed /= share;
        }
        return Math.min(speed, MOST_SPEED);
    }
}
