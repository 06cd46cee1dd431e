package beacon.index.ratis;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Flight recorder: a snapshot was written. */
@Name("beacon.Snapshot")
@Label("Snapshot written")
@Category({"Beacon", "Index"})
@StackTrace(false)
final class SnapshotEvent extends Event {
    @Label("Sequence")
    long sequence;

    void commit(long lastSequence) {
        end();
        if (shouldCommit()) {
            sequence = lastSequence;
            commit();
        }
    }
}
