package beacon.sim.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a scenario that fails smaller while it still fails: leaves out halves of its faults, then smaller parts (delta
 * debugging, Zeller and Hildebrandt, 2002).
 */
public final class Shrinker {
    private final Predicate<Scenario> fails;
    private int left;

    private Shrinker(Predicate<Scenario> fails, int atMost) {
        this.fails = fails;
        this.left = atMost;
    }

    /**
     * Shrinks.
     *
     * @param fails runs a scenario; whether it fails as the first one did
     * @param atMost runs
     */
    public static Scenario shrink(Scenario scenario, Predicate<Scenario> fails, int atMost) {
        return new Shrinker(fails, atMost).faults(scenario);
    }

    private Scenario faults(Scenario scenario) {
        Scenario smallest = scenario;
        int parts = 2;
        while (!smallest.faults().isEmpty() && left > 0) {
            Scenario smaller = without(smallest, parts);
            if (smaller.faults().size() < smallest.faults().size()) {
                smallest = smaller;
                parts = Math.max(2, parts - 1);
            } else if (parts >= smallest.faults().size()) {
                return smallest;
            } else {
                parts = Math.min(smallest.faults().size(), 2 * parts);
            }
        }
        return smallest;
    }

    /** The scenario without one of so many parts of its faults, if that fails; else the scenario. */
    private Scenario without(Scenario scenario, int parts) {
        List<Fault> all = scenario.faults();
        int size = (all.size() + parts - 1) / parts;
        for (int from = 0; from < all.size() && left > 0; from += size) {
            List<Fault> rest = new ArrayList<>(all.subList(0, from));
            rest.addAll(all.subList(Math.min(all.size(), from + size), all.size()));
            left--;
            if (fails.test(scenario.with(rest))) {
                return scenario.with(rest);
            }
        }
        return scenario;
    }
}
