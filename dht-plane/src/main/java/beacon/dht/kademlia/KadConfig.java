package beacon.dht.kademlia;

import java.time.Duration;
import java.util.List;

/**
 * Settings of a DHT node.
 *
 * @param protocol id under which it speaks; a network of one's own needs its own
 * @param server whether it serves others; a client only asks
 * @param bucketSize k: size of a bucket, and on how many peers a record is kept
 * @param parallelism α
 * @param disjointPaths ways on which a look-up walks
 * @param bootstrap peers to start from
 */
public record KadConfig(
        String protocol,
        boolean server,
        int bucketSize,
        int parallelism,
        int disjointPaths,
        List<KadPeer> bootstrap,
        KadLimits limits,
        KadTimes times) {
    /** The public network's protocol id. */
    public static final String AMINO = "/ipfs/kad/1.0.0";
    /** The protocol id of a Beacon network. */
    public static final String BEACON = "/beacon/kad/1.0.0";

    public KadConfig {
        bootstrap = List.copyOf(bootstrap);
    }

    /**
     * What bounds it.
     *
     * @param groups peers of one IP group
     * @param addresses that are kept and told
     * @param maxProviderRecords kept for others
     * @param maxValueRecords kept for others
     * @param requestsPerSecond of one peer, on average
     * @param requestBurst of one peer at once
     */
    public record KadLimits(
            GroupLimits groups,
            AddressPolicy addresses,
            int maxProviderRecords,
            int maxValueRecords,
            int requestsPerSecond,
            int requestBurst) {
        /** For a network on one machine, one LAN or one operator's hosts. */
        public static final KadLimits TRUSTED_ADDRESSES =
                new KadLimits(GroupLimits.NONE, AddressPolicy.ANY, 200_000, 4_000, 500, 5_000);
    }

    /**
     * How long things take.
     *
     * @param query a query ends after that, whatever was found
     * @param refresh of the routing table
     * @param recordLife time to live of provider and value records
     */
    public record KadTimes(Duration query, Duration refresh, Duration recordLife) {
        public static final KadTimes DEFAULT =
                new KadTimes(Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofDays(2));
    }

    /** k = 20, α = 10 and default times, for a network whose addresses are trusted. */
    public static KadConfig server(String protocol, List<KadPeer> bootstrap) {
        return new KadConfig(protocol, true, 20, 10, 1, bootstrap, KadLimits.TRUSTED_ADDRESSES, KadTimes.DEFAULT);
    }

    /** The same, keeping at most so many provider records for others. */
    public KadConfig withMaxProviderRecords(int most) {
        KadLimits more = new KadLimits(
                limits.groups(),
                limits.addresses(),
                most,
                limits.maxValueRecords(),
                limits.requestsPerSecond(),
                limits.requestBurst());
        return new KadConfig(protocol, server, bucketSize, parallelism, disjointPaths, bootstrap, more, times);
    }

    /** The same as a client. */
    public KadConfig asClient() {
        return new KadConfig(protocol, false, bucketSize, parallelism, disjointPaths, bootstrap, limits, times);
    }

    /** The same with another k. */
    public KadConfig withBucketSize(int size) {
        return new KadConfig(protocol, server, size, parallelism, disjointPaths, bootstrap, limits, times);
    }

    /** The same with look-ups on so many disjoint paths. */
    public KadConfig withDisjointPaths(int paths) {
        return new KadConfig(protocol, server, bucketSize, parallelism, paths, bootstrap, limits, times);
    }

    /** Rules of a look-up for the k closest peers. */
    LookupRules closestRules() {
        return new LookupRules(bucketSize, parallelism, bucketSize, disjointPaths);
    }

    /** Rules of a look-up for what the closest peers keep: β = 3 answers of the closest end it. */
    LookupRules contentRules() {
        return new LookupRules(bucketSize, parallelism, Math.min(3, bucketSize), disjointPaths);
    }
}
