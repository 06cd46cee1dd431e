package beacon.views;

import beacon.model.Event;
import beacon.model.EventCodec;
import beacon.model.RecordedHeader;
import org.jspecify.annotations.Nullable;

/** An entry of the log as views see it. The event is decoded when the first view asks for it. */
public final class LogEntry {
    private final RecordedHeader header;
    private @Nullable Event event;

    private LogEntry(RecordedHeader header) {
        this.header = header;
    }

    /**
     * Reads a recorded event, the first bytes of an array that stays as it is while the entry is used.
     *
     * @throws beacon.model.MalformedRecord if the bytes are none
     */
    public static LogEntry read(byte[] bytes, int length) {
        return new LogEntry(RecordedHeader.read(bytes, 0, length));
    }

    public long sequence() {
        return header.sequence();
    }

    /** Assigned by the leader, microseconds since 1970 UTC; never smaller than that of an earlier entry. */
    public long timeUnixMicros() {
        return header.timeUnixMicros();
    }

    /** Who appended it; decoded at each call. */
    public String actor() {
        return header.actor();
    }

    /** Revision of the address that the entry created; 0 when it created none. */
    public long revision() {
        return header.revision();
    }

    /** Field number of the event in the contract, known without decoding it. */
    public int eventType() {
        return header.eventType();
    }

    /** Whether the event's field number is from first to last. */
    public boolean isOfTypes(int first, int last) {
        return eventType() >= first && eventType() <= last;
    }

    /** What happened. */
    public Event event() {
        Event known = event;
        if (known == null) {
            known = EventCodec.decode(header.event());
            event = known;
        }
        return known;
    }
}
