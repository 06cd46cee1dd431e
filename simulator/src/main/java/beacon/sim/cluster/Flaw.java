package beacon.sim.cluster;

/** A fault that is built in on purpose, to see that the invariants find it. Nothing but tests asks for one. */
public enum Flaw {
    /** Members acknowledge entries that are not on their disks. */
    SKIP_FSYNC,
    /** Members forget whom they voted for when they crash. */
    FORGET_VOTE,
    /** A leader answers before a majority has the entry. */
    ANSWER_EARLY,
    /** Members vote for a candidate that has less than they have. */
    VOTE_FOR_OLD_LOG,
    /** A follower keeps entries that differ from those of its leader. */
    KEEP_CONFLICTS,
    /** A repair is recorded although the target did not take the column. */
    RECORD_WITHOUT_WRITE,
    /** Repairs choose any node, whatever its failure domain. */
    IGNORE_DOMAINS,
    /** Nobody is audited, so rot stays unseen. */
    NO_AUDITS,
    /** Nodes that do not answer are never said to be down. */
    NO_LIVENESS,
    /** Repairs read rotten columns as if they were sound. */
    TRUST_ROT,
    /** A put is acknowledged before anything of it is written. */
    PIN_BEFORE_WRITE,
    /** A member that takes up its projections again passes over an event. */
    SKIP_EVENT,
    /** A member that starts from a snapshot passes over the entry after it. */
    OLD_SNAPSHOT,
    /** A leader releases as soon as there are votes enough, without the grace. */
    RELEASE_AT_ONCE,
    /** Nodes vote whatever stands against a deletion, and the leader goes by the votes alone. */
    TRUST_VOTES,
    /** Nodes sweep what is proposed to be deleted. */
    SWEEP_ON_PROPOSAL,
    /** Nodes never sweep. */
    NO_SWEEPS,
    /** Repairs go on for an artifact that was released. */
    REPAIR_RELEASED,
}
