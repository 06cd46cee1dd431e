package beacon.sim.cluster;

import beacon.sim.world.SimInvariant;

/** What is to hold whatever happens. */
public enum Invariant implements SimInvariant {
    SINGLE_LEADER_PER_TERM("No two members win the election of one term (Raft, election safety)."),
    APPLIED_PREFIX_EQUAL("Members apply the same events in the same order, byte for byte (promise 1)."),
    COMMITTED_NEVER_LOST("What was acknowledged is in the history under its sequence, and stays (promise 1)."),
    POINTER_MONOTONIC("Each revision of an address is the one before it plus one."),
    ONE_ANSWER_PER_REQUEST("An append that was sent again is not history twice."),
    ACKNOWLEDGED_SURVIVES("Enough columns of each group of an acknowledged artifact are on disks (promise 4)."),
    HEALED_IN_TIME(
            "Two reverbs and the grace after the last fault every column is whole on a node that is up (promise 5)."),
    DOMAINS_RESPECTED(
            "No failure domain holds more columns of a group than may be lost, while there are enough (promise 5)."),
    ONE_COLUMN_PER_NODE("No node is to hold two columns of a group, while there are enough nodes."),
    MOVED_IS_WHOLE("A column that is said to have come to a node is whole on its disk, unless that was harmed since."),
    NO_STALE_DECISION("A column is not moved by a decision that is older than its last move."),
    NAMES_RESOLVE("The name of an acknowledged artifact points at it."),
    NO_DELETE_BEFORE_RETENTION_AND_QUORUM(
            "Nothing is released, and nothing pinned is swept, that is named, held, retained, or without its votes and grace (promise 7)."),
    TOMBSTONE_NEVER_RESURRECTS(
            "What was released is not pinned, named or repaired again, and no node has any of it after a sweep (promise 7)."),
    REPLAY_EQUALS_LIVE("Projections of all members equal those of a fresh replay of the journal (promise 3)."),
    SNAPSHOT_PLUS_TAIL_EQUALS_FULL_REPLAY(
            "A member that began with a snapshot has the state of a replay of the whole log."),
    PROGRESS("With a majority of members there is a leader, and members agree, soon after the last fault."),
    NO_SURPRISE("Production code throws nothing, and logs no error.");

    private final String meaning;

    Invariant(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
