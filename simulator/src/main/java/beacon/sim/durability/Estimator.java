package beacon.sim.durability;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Estimates the loss of a group from many of its lives. A group that is whole again is as new, so that what is lost in the long
 * run is what one life loses on average over what one takes (renewal reward). The loss comes from lives with forced failures,
 * the time from others without (Goyal and others, 1992).
 */
public final class Estimator {
    private static final int CHUNK = 20_000;
    private static final int FEWEST = 5 * CHUNK;

    /** Losses below which the interval is not trusted, and drawing goes on. */
    private static final int FEWEST_LOSSES = 200;

    /** Of a normal distribution, on both sides of 95 %. */
    private static final double NORMAL = 1.959964;

    private final Model model;
    private final boolean forced;
    private final Sums loss = new Sums();
    private final Sums hours = new Sums();
    private final SplittableRandom forLoss;
    private final SplittableRandom forHours;
    private double domains;
    private double rot;
    private double repairs;
    private long losses;

    /** Sum and sum of squares. */
    private static final class Sums {
        private long count;
        private double sum;
        private double squares;

        void add(double value) {
            count++;
            sum += value;
            squares += value * value;
        }

        double mean() {
            return count == 0 ? 0 : sum / count;
        }

        /** Of the mean. */
        double variance() {
            return count < 2 ? 0 : Math.max(0, squares / count - mean() * mean()) / (count - 1);
        }
    }

    private Estimator(Model model, long seed, boolean forced) {
        this.model = model;
        this.forced = forced;
        SplittableRandom random = new SplittableRandom(seed);
        this.forLoss = random.split();
        this.forHours = random.split();
    }

    /**
     * Estimates. The same model, seed and limits give the same estimate, on every machine and every Java.
     *
     * @param precision half of the interval beside the value at which it is enough, for instance 0.05
     * @param atMost lives
     * @param progress told of the share that is done, from 0 to 1, now and then
     */
    public static Estimate estimate(Model model, long seed, double precision, long atMost, Consumer<Double> progress) {
        return estimate(new Estimator(model, seed, true), precision, atMost, progress);
    }

    /** The same without forcing anything, which is hopeless when losses are rare. */
    static Estimate naive(Model model, long seed, double precision, long atMost) {
        return estimate(new Estimator(model, seed, false), precision, atMost, share -> {});
    }

    private static Estimate estimate(Estimator estimator, double precision, long atMost, Consumer<Double> progress) {
        Estimate estimate;
        long lives = 0;
        do {
            int chunk = (int) Math.min(CHUNK, atMost - lives);
            estimator.draw(chunk);
            lives += chunk;
            estimate = estimator.estimate();
            // The interval shrinks with the root of the number of lives.
            double missing = estimate.precision() / precision;
            progress.accept(Math.min(
                    1.0,
                    Math.max(
                            (double) lives / atMost, missing > 1 ? 1 / (missing * missing) : (double) lives / FEWEST)));
        } while (lives < atMost
                && (lives < FEWEST || estimator.losses < FEWEST_LOSSES || estimate.precision() > precision));
        return estimate;
    }

    private void draw(int lives) {
        for (int i = 0; i < lives; i++) {
            Life life = new Life(model, forLoss, forced);
            boolean lost = life.live();
            loss.add(lost ? life.weight() : 0);
            if (lost) {
                losses++;
                domains += life.domainHit() ? life.weight() : 0;
                rot += life.rotHit() ? life.weight() : 0;
            }
            Life plain = new Life(model, forHours, false);
            plain.live();
            hours.add(plain.hours());
            repairs += plain.rebuilt();
        }
    }

    private Estimate estimate() {
        double whole = 1 / Life.rate(model);
        double years = (whole + hours.mean()) / Model.HOURS_A_YEAR;
        double nomdl = loss.mean() / years;
        // Loss and time are drawn apart, so the relative variances add up.
        double timeError = hours.variance() / ((whole + hours.mean()) * (whole + hours.mean()));
        double lossError = loss.mean() == 0 ? 0 : loss.variance() / (loss.mean() * loss.mean());
        double half = NORMAL * nomdl * StrictMath.sqrt(timeError + lossError);
        double markov = MarkovChain.of(model).meanTimeToEnd(0) / Model.HOURS_A_YEAR;
        return new Estimate(
                nomdl,
                Math.max(0, nomdl - half),
                nomdl + half,
                loss.count,
                losses,
                loss.sum == 0 ? 0 : domains / loss.sum,
                loss.sum == 0 ? 0 : rot / loss.sum,
                hours.count == 0 ? 0 : repairs / hours.count / years,
                1 / markov);
    }
}
