package beacon.sim.cli;

import beacon.node.cli.VerbProvider;

/** Brings {@code beacon sim}. */
public final class SimVerbProvider implements VerbProvider {
    @Override
    public Object verb(Surroundings surroundings) {
        return new SimVerb(surroundings);
    }
}
