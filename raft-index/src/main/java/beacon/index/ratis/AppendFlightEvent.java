package beacon.index.ratis;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Flight recorder: a batch of appends from the moment it was offered to Raft to its answer. */
@Name("beacon.Append")
@Label("Batch of appends")
@Category({"Beacon", "Index"})
@StackTrace(false)
final class AppendFlightEvent extends Event {
    @Label("Appends")
    int appends;

    @Label("Bytes")
    int bytes;

    void commit(int appendCount, int byteCount) {
        end();
        if (shouldCommit()) {
            appends = appendCount;
            bytes = byteCount;
            commit();
        }
    }
}
