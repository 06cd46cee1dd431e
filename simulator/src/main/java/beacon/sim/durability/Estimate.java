package beacon.sim.durability;

/**
 * What is to be expected.
 *
 * @param nomdl bytes lost a year for each usable byte (Greenan, Plank and Wylie, 2010)
 * @param low lower end of the interval that holds it with 95 %
 * @param high upper end
 * @param cycles lives of a group that were drawn, from whole to whole again or lost
 * @param losses of them that ended with the loss
 * @param domainShare part of the loss to which a loss in a domain contributed
 * @param rotShare part of the loss to which rot contributed
 * @param repairsPerYear columns of a group made again in a year
 * @param markov the same from a birth and death chain with exponential times and without domains and outages; for comparison
 */
public record Estimate(
        double nomdl,
        double low,
        double high,
        long cycles,
        long losses,
        double domainShare,
        double rotShare,
        double repairsPerYear,
        double markov) {
    /** Mean time until a group is lost, in years. */
    public double meanYears() {
        return 1 / nomdl;
    }

    /** Half of the interval beside the value. */
    public double precision() {
        return nomdl == 0 ? Double.POSITIVE_INFINITY : (high - low) / 2 / nomdl;
    }

    /** Nines: 9.3 for a probability of 5 in ten billion that something is lost within a year. */
    public double nines() {
        return -StrictMath.log10(-StrictMath.expm1(-nomdl));
    }
}
