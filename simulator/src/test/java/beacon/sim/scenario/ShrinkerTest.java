package beacon.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    @Property(tries = 50)
    void leavesNothingButWhatIsNeeded(@ForAll long seed) {
        Scenario scenario = Lot.draw(seed, 5);
        List<Fault> all = scenario.faults();
        Fault first = all.get(all.size() / 3);
        Fault second = all.get(all.size() - 1);

        Scenario smallest = Shrinker.shrink(
                scenario,
                candidate ->
                        candidate.faults().contains(first) && candidate.faults().contains(second),
                10_000);

        assertThat(smallest.faults()).containsOnly(first, second);
    }

    @Test
    void runsNoMoreOftenThanItMay() {
        int[] runs = {0};

        Shrinker.shrink(
                Lot.draw(1, 5),
                candidate -> {
                    runs[0]++;
                    return false;
                },
                7);

        assertThat(runs[0]).isEqualTo(7);
    }
}
