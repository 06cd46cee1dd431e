package beacon.sim.world;

/** What is to hold in a simulation. */
public interface SimInvariant {
    /** In capitals, as reports have it. */
    String name();

    /** What it says, for people. */
    String meaning();
}
