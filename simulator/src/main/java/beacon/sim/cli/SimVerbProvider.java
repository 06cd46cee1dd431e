package beacon.sim.cli;

import beacon.node.cli.VerbProvider;
import beacon.sim.custody.CustodySimVerb;
import beacon.sim.kademlia.DhtSimVerb;
import beacon.sim.scale.ScaleVerb;
import picocli.CommandLine.Model.CommandSpec;

/** Brings {@code beacon sim}. */
public final class SimVerbProvider implements VerbProvider {
    @Override
    public Object verb(Surroundings surroundings) {
        return CommandSpec.forAnnotatedObject(new SimVerb(surroundings))
                .addSubcommand("dht", CommandSpec.forAnnotatedObject(new DhtSimVerb(surroundings)))
                .addSubcommand("custody", CommandSpec.forAnnotatedObject(new CustodySimVerb(surroundings)))
                .addSubcommand("scale", CommandSpec.forAnnotatedObject(new ScaleVerb(surroundings)))
                .addSubcommand("durability", CommandSpec.forAnnotatedObject(new DurabilityVerb(surroundings)))
                .addSubcommand("from-journal", CommandSpec.forAnnotatedObject(new FromJournalVerb(surroundings)));
    }
}
