package beacon.index.ratis;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Flight recorder: one entry of the log was applied. */
@Name("beacon.Apply")
@Label("Log entry applied")
@Category({"Beacon", "Index"})
@StackTrace(false)
final class ApplyEvent extends Event {
    @Label("Appends")
    int appends;

    @Label("Events")
    long events;

    @Label("Last sequence")
    long lastSequence;

    void commit(int appendCount, long eventCount, long sequence) {
        end();
        if (shouldCommit()) {
            appends = appendCount;
            events = eventCount;
            lastSequence = sequence;
            commit();
        }
    }
}
