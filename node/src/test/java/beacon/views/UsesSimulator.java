package beacon.views;

/** Breaks a rule, for the architecture test to find. */
public final class UsesSimulator {
    beacon.sim.World world;
}
