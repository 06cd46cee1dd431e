package beacon.steward;

import beacon.proto.v1.GroupState;

/**
 * How many columns of a group are how, which is all that ranking asks; made from listings, so that a group itself is read only
 * when something is to be done for it. Begins with columns that are all whole and stay, and loses them one by one.
 */
final class Standing {
    private final long group;
    private final int dataShards;
    private final int columns;
    private int whole;
    private int leaving;
    private int waiting;

    /** @param group its number */
    Standing(long group, int dataShards, int columns) {
        this.group = group;
        this.dataShards = dataShards;
        this.columns = columns;
        this.whole = columns;
    }

    /** Of a group that is known as it is. */
    static Standing of(long number, Health health) {
        GroupState group = health.group();
        Standing standing = new Standing(number, group.getDataShards(), group.getColumnsCount());
        standing.whole = health.whole().size();
        standing.leaving = standing.whole - health.staying().size();
        standing.waiting = health.waiting().size();
        return standing;
    }

    /** A column that was as it should be is on a node of which this becomes. */
    void met(Fate fate) {
        switch (fate) {
            case STAYS -> {}
            case LEAVES -> leaving++;
            case MAY_RETURN -> {
                whole--;
                waiting++;
            }
            case GONE -> whole--;
        }
    }

    /** Number of the group. */
    long group() {
        return group;
    }

    /** Columns that can be read now. */
    int whole() {
        return whole;
    }

    /** Whether every column can be read now. */
    boolean isWhole() {
        return whole == columns;
    }

    /** Columns that may still be lost before the group cannot be read; below 0 it cannot now. */
    int margin() {
        return whole - dataShards;
    }

    /** Whether a column is to be copied away from a node that is emptied. */
    boolean isDraining() {
        return leaving > 0;
    }

    /** Columns to be made again: lost, faulted, and if it is urgent also those that may come back. */
    int losses(boolean urgent) {
        return columns - whole - (urgent ? 0 : waiting);
    }

    /**
     * Logarithm of the probability that so many more columns are lost as make the group unreadable, when each is lost with
     * the same small probability: of that many chosen from those there are.
     */
    double risk(double lossProbability) {
        int more = margin() + 1;
        double log = more * StrictMath.log(lossProbability);
        for (int i = 0; i < more; i++) {
            log += StrictMath.log((double) (whole - i) / (i + 1));
        }
        return log;
    }
}
