package beacon.dht.kademlia;

/**
 * How many peers of one IP group (IPv4 /16, IPv6 /32) a table accepts.
 *
 * @param perTable in the whole table
 * @param perBucket in one bucket
 */
public record GroupLimits(int perTable, int perBucket) {
    /** For public networks. */
    public static final GroupLimits PUBLIC = new GroupLimits(3, 2);

    /** For one machine or one LAN. */
    public static final GroupLimits NONE = new GroupLimits(Integer.MAX_VALUE, Integer.MAX_VALUE);
}
