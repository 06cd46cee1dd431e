package beacon.sim.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.sim.durability.Model.Churn;
import beacon.sim.durability.Model.Repair;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class DurabilityTest {
    private static final double YEAR = Model.HOURS_A_YEAR;
    private static final double PRECISION = 0.03;
    private static final long LIVES = 1_500_000;
    private static final double NOMDL_OF_SEED_9 = 0.012387184017300903;

    private static Churn nodesOnly(double life) {
        return new Churn(life, 0, 0, 0, 0, 0, 0);
    }

    private static Estimate estimate(Model model) {
        return Estimator.estimate(model, 1, PRECISION, LIVES, share -> {});
    }

    /** What the interval says, and a little more: one of twenty intervals misses. */
    private static void agrees(Estimate estimate, double exact) {
        assertThat(estimate.precision()).isLessThan(0.1);
        assertThat(Math.abs(estimate.nomdl() - exact)).isLessThan(1.6 * (estimate.high() - estimate.low()) / 2);
    }

    // The chain.

    @Property(tries = 50)
    void aBirthAndDeathChainTakesAsLongAsTheFormulaSays(
            @ForAll @IntRange(min = 1, max = 8) int parity, @ForAll @DoubleRange(min = 1, max = 1e6) double life) {
        int columns = parity + 4;
        double repair = 6;
        Model model = new Model(40, 40, 4, parity, nodesOnly(life), Repair.memoryless(repair));

        // Mean first passage from i to i + 1 losses: 1/up + down/up times that from i - 1 (Karlin and Taylor, 1975, ch.
        // 4).
        double passage = 0;
        double whole = 0;
        for (int lost = 0; lost <= parity; lost++) {
            double up = (columns - lost) / life;
            double down = lost * model.speed(lost) / repair;
            passage = 1 / up + down / up * passage;
            whole += passage;
        }

        assertThat(MarkovChain.of(model).meanTimeToEnd(0)).isCloseTo(whole, Percentage.withPercentage(1e-9));
    }

    @Test
    void aChainThatIsNoLineIsSolvedFromAnyState() {
        // 0 and 1 go back and forth, 2 is a detour of 1: by hand, T1 = 1/3 (1 + T0 + T2), T0 = 1 + T1, T2 = 1/2 + T1.
        MarkovChain chain = new MarkovChain(3);
        chain.add(0, 1, 1);
        chain.add(1, 0, 1);
        chain.add(1, 2, 1);
        chain.add(1, chain.end(), 1);
        chain.add(2, 1, 2);

        assertThat(chain.meanTimeToEnd(1)).isCloseTo(2.5, Offset.offset(1e-12));
        assertThat(chain.meanTimeToEnd(0)).isCloseTo(3.5, Offset.offset(1e-12));
        assertThat(chain.meanTimeToEnd(2)).isCloseTo(3.0, Offset.offset(1e-12));
    }

    // Against the chain.

    @Test
    void threeCopiesAgreeWithTheChain() {
        Model model = new Model(20, 20, 1, 2, nodesOnly(3 * YEAR), Repair.memoryless(12));

        agrees(estimate(model), YEAR / MarkovChain.of(model).meanTimeToEnd(0));
    }

    @Test
    void tenAndFourAgreesWithTheChainAlthoughNobodyWouldEverSeeALoss() {
        Model model = new Model(30, 30, 10, 4, nodesOnly(2 * YEAR), Repair.memoryless(24));
        double exact = YEAR / MarkovChain.of(model).meanTimeToEnd(0);

        Estimate estimate = estimate(model);

        assertThat(exact).isLessThan(1e-9);
        agrees(estimate, exact);
        assertThat(Estimator.naive(model, 1, PRECISION, 200_000).losses()).isZero();
    }

    @Test
    void lossesInADomainAgreeWithAChainOfTheirOwn() {
        // Four columns in two domains: the state is how many each has lost. 2+2: lost with three.
        double node = 1 / YEAR;
        double domain = 1 / (5 * YEAR);
        double repair = 24;
        Model model = new Model(10, 2, 2, 2, new Churn(YEAR, 0, 0, 5 * YEAR, 1, 0, 0), Repair.memoryless(repair));
        int[][] states = {{0, 0}, {1, 0}, {0, 1}, {1, 1}, {2, 0}, {0, 2}};
        MarkovChain chain = new MarkovChain(states.length);
        for (int i = 0; i < states.length; i++) {
            int a = states[i][0];
            int b = states[i][1];
            double each = model.speed(Math.max(1, a + b)) / repair;
            go(chain, states, i, a + 1, b, (2 - a) * node);
            go(chain, states, i, a, b + 1, (2 - b) * node);
            go(chain, states, i, 2, b, domain);
            go(chain, states, i, a, 2, domain);
            go(chain, states, i, a - 1, b, a * each);
            go(chain, states, i, a, b - 1, b * each);
        }

        Estimate estimate = estimate(model);

        agrees(estimate, YEAR / chain.meanTimeToEnd(0));
        assertThat(estimate.domainShare()).isBetween(0.5, 1.0);
    }

    private static void go(MarkovChain chain, int[][] states, int from, int a, int b, double rate) {
        if (rate <= 0 || (a == states[from][0] && b == states[from][1])) {
            return;
        }
        int to = chain.end();
        for (int i = 0; i < states.length; i++) {
            if (states[i][0] == a && states[i][1] == b) {
                to = i;
            }
        }
        chain.add(from, to, rate);
    }

    @Test
    void rotThatIsFoundLateAgreesWithAChain() {
        // Two copies: one is whole, rotten (found, and at once made again) or lost; a second failure ends it.
        double node = 1 / YEAR;
        double rot = 1 / YEAR;
        double found = 500;
        double repair = 5;
        Model model =
                new Model(2, 2, 1, 1, new Churn(YEAR, 0, 0, 0, 0, YEAR, found), new Repair(0, 0, 0, repair, 0, true));
        MarkovChain chain = new MarkovChain(3);
        chain.add(0, 1, 2 * rot);
        chain.add(0, 2, 2 * node);
        chain.add(1, 2, 1 / found);
        chain.add(1, chain.end(), node + rot);
        chain.add(2, 0, 1 / repair);
        chain.add(2, chain.end(), node + rot);

        Estimate estimate = estimate(model);

        agrees(estimate, YEAR / chain.meanTimeToEnd(0));
        assertThat(estimate.rotShare()).isGreaterThan(0.9);
    }

    @Test
    void forcedAndUnforcedAgreeWhereBothSeeLosses() {
        // Everything at once: outages, grace, pulses, domains, rot; so bad that losses are frequent.
        Model model = new Model(
                8,
                4,
                4,
                2,
                new Churn(0.1 * YEAR, 200, 5, YEAR, 0.7, 0.5 * YEAR, 100),
                new Repair(1, 6, 4, 30, 1, false));

        Estimate forced = Estimator.estimate(model, 3, 0.02, LIVES, share -> {});
        Estimate naive = Estimator.naive(model, 4, 0.02, LIVES);

        double error = StrictMath.hypot(forced.high() - forced.low(), naive.high() - naive.low()) / 2;
        assertThat(naive.losses()).isGreaterThan(1_000);
        assertThat(Math.abs(forced.nomdl() - naive.nomdl())).isLessThan(1.6 * error);
    }

    // What it says.

    @Test
    void theSameSeedGivesTheSameFigure() {
        Model model = new Model(
                20,
                5,
                10,
                4,
                new Churn(YEAR, 100, 1, 10 * YEAR, 1, YEAR, 200),
                new Repair(0.01, 0.2, 0.1, 5, 1, false));

        Estimate first = Estimator.estimate(model, 9, 0.5, 40_000, share -> {});

        assertThat(Estimator.estimate(model, 9, 0.5, 40_000, share -> {})).isEqualTo(first);
        assertThat(Estimator.estimate(model, 10, 0.5, 40_000, share -> {})).isNotEqualTo(first);
        // Written down: what another Java or machine computes otherwise would be seen.
        assertThat(first.nomdl()).isEqualTo(NOMDL_OF_SEED_9);
    }

    @Test
    void anotherParityShardAndAQuickerRepairHelp() {
        Churn churn = nodesOnly(0.2 * YEAR);

        double usual =
                estimate(new Model(30, 30, 4, 2, churn, Repair.memoryless(12))).nomdl();

        assertThat(estimate(new Model(30, 30, 4, 3, churn, Repair.memoryless(12)))
                        .nomdl())
                .isLessThan(usual / 10);
        assertThat(estimate(new Model(30, 30, 4, 2, churn, Repair.memoryless(3)))
                        .nomdl())
                .isLessThan(usual / 10);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new Model(5, 5, 10, 4, nodesOnly(1), Repair.memoryless(1)))
                .hasMessageContaining("expected a node for each of 14 columns");
        assertThatThrownBy(() -> nodesOnly(0)).hasMessageContaining("expected something to be lost");
        assertThatThrownBy(() -> nodesOnly(Double.NaN)).hasMessageContaining("expected times from 0 on");
        assertThatThrownBy(() -> Repair.memoryless(0)).hasMessageContaining("expected a time to make columns again");
    }
}
