package beacon.sim.cluster;

import beacon.index.log.Recorded;
import beacon.views.pins.GroupRef;

/** Is told what the invariants are about, as it happens. */
public interface Watch {
    /** A member won an election. */
    void elected(String member, long term);

    /** A member made an entry of the log part of its history. */
    void applied(String member, Recorded event);

    /** A client was told that its append is history, up to a sequence. */
    void acknowledged(long firstSequence, int count, long requestHigh, long requestLow);

    /** An artifact was acknowledged. */
    void put(Artifact artifact);

    /** What nodes have of a group may have become less. */
    void disksChanged(GroupRef group);
}
