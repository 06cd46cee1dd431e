package beacon.sim;

/** Stands for the simulator. */
public final class World {}
