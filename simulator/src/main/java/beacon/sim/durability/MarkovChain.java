package beacon.sim.durability;

/**
 * A Markov chain in continuous time with an end that it does not come back from, solved exactly: the mean time until then.
 * States are eliminated one by one without a subtraction (Grassmann, Taksar and Heyman, 1985), so that rates that differ by
 * twenty orders of magnitude cost no digits.
 */
public final class MarkovChain {
    private static final int MAX_STATES = 2_000;

    private final int states;
    private final double[][] rates;

    /**
     * A chain without transitions.
     *
     * @param states but for the end
     */
    public MarkovChain(int states) {
        if (states < 1 || states > MAX_STATES) {
            throw new IllegalArgumentException("expected 1 to %d states, but found %d".formatted(MAX_STATES, states));
        }
        this.states = states;
        this.rates = new double[states][states + 1];
    }

    /** The end. */
    public int end() {
        return states;
    }

    /** Adds to the rate from one state to another one, or to the end. */
    public void add(int from, int to, double rate) {
        if (from == to || rate < 0) {
            throw new IllegalArgumentException("expected a rate to another state, but found " + rate);
        }
        rates[from][to] += rate;
    }

    /** Mean time from a state to the end. */
    public double meanTimeToEnd(int start) {
        double[][] rate = new double[states][];
        for (int i = 0; i < states; i++) {
            rate[i] = rates[i].clone();
        }
        double[] stay = new double[states];
        java.util.Arrays.fill(stay, 1);
        // The start goes last. Whoever passes through an eliminated state takes its time along.
        for (int step = 0; step < states - 1; step++) {
            int gone = step < start ? step : step + 1;
            double out = 0;
            for (int to = 0; to <= states; to++) {
                out += to == gone || isGone(to, step, start) ? 0 : rate[gone][to];
            }
            for (int from = 0; from < states; from++) {
                if (from != gone && !isGone(from, step, start) && rate[from][gone] > 0) {
                    double share = rate[from][gone] / out;
                    for (int to = 0; to <= states; to++) {
                        if (to != gone && to != from && !isGone(to, step, start)) {
                            rate[from][to] += share * rate[gone][to];
                        }
                    }
                    stay[from] += share * stay[gone];
                }
            }
        }
        return stay[start] / rate[start][states];
    }

    private static boolean isGone(int state, int step, int start) {
        return state != start && (state < start ? state < step : state - 1 < step);
    }

    /**
     * The birth and death chain of a group: state i has lost i columns, each of the others is lost at its rate, each of the
     * lost ones is made again at a rate that may depend on how many there are. Losses in a domain are left out.
     */
    public static MarkovChain of(Model model) {
        int columns = model.columns();
        MarkovChain chain = new MarkovChain(model.parityShards() + 1);
        double loss = model.churn().nodeRate() + model.churn().rotRate();
        double repair = 1 / model.repair().mean();
        for (int lost = 0; lost <= model.parityShards(); lost++) {
            chain.add(lost, lost + 1, (columns - lost) * loss);
            if (lost > 0) {
                chain.add(lost, lost - 1, lost * repair * model.speed(lost));
            }
        }
        return chain;
    }
}
