package beacon.sim.kademlia;

import beacon.sim.world.SimInvariant;

/** What is to hold in the DHT whatever happens. */
public enum DhtInvariant implements SimInvariant {
    PROVIDER_RECORD_NEVER_EXPIRES_WHILE_PINNED(
            "While a provider of a content lives, an honest server that can be reached keeps a record that leads to it"
                    + " (promise 6)."),
    LOOKUP_FINDS_A_PROVIDER(
            "A look-up from an honest node finds a provider that lives, at the third try at the latest (promise 6)."),
    LOOKUP_ENDS(
            "A look-up ends within its deadline, and asks a bounded number of peers over a bounded number of hops."),
    ROUTING_TABLE_BOUNDED("No bucket has more than k members or k waiting ones (promise 10)."),
    MEMORY_BOUNDED("Records, remembered peers and connections stay within their limits (promise 10)."),
    CLOSEST_ARE_FOUND("After the last fault look-ups find nearly all of the k servers that are truly closest."),
    NO_SURPRISE("Production code throws nothing, and logs no error.");

    private final String meaning;

    DhtInvariant(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
