package beacon.sim.bench;

import beacon.node.cli.VerbProvider;

/** Brings {@code beacon bench sim}; the launcher has the simulator on the class path for it instead of the benchmarks. */
public final class SimBenchProvider implements VerbProvider {
    @Override
    public Object verb(Surroundings surroundings) {
        return new SimBench(surroundings);
    }
}
