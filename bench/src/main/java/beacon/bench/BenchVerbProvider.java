package beacon.bench;

import beacon.node.cli.VerbProvider;

/** Brings {@code beacon bench}. */
public final class BenchVerbProvider implements VerbProvider {
    @Override
    public Object verb(Surroundings surroundings) {
        return new BenchVerb(surroundings);
    }
}
