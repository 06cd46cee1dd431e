package beacon.sim.kademlia;

/** A fault that is built in on purpose, to see that the invariants find it. Nothing but tests asks for one. */
public enum DhtFlaw {
    /** Contents are announced again after their records have expired. */
    ANNOUNCE_LATE,
    /** The sweep counts half of the key space as announced without telling anybody. */
    SWEEP_FORGETS_A_REGION,
    /** Servers forget the records of others when they restart. */
    RECORDS_LOST_AT_RESTART,
    /** Servers acknowledge batches of announcements and keep none of them. */
    BATCHES_NOT_KEPT,
    /** Nodes go on announcing the address at which they were first. */
    OLD_ADDRESS_ANNOUNCED,
    /** Servers name the peers that are farthest from what is asked for. */
    DISTANCE_IGNORED,
    /** Records live for half the time after which they are announced again. */
    RECORDS_EXPIRE_EARLY,
}
