package beacon.index.log;

import beacon.model.Event;
import com.google.protobuf.ByteString;

/**
 * One event as it became history.
 *
 * @param timeUnixMicros assigned with the log entry; never smaller than that of an earlier sequence
 * @param ordinal position in its append, from 0
 * @param count number of events in its append
 * @param revision revision of the address that the event created; 0 when it created none
 * @param previous sequence of the previous event about the same address; 0 for none
 * @param eventBytes the event as the client sent it
 * @param event what these bytes say
 */
public record Recorded(
        long sequence,
        long term,
        long timeUnixMicros,
        String actor,
        RequestId requestId,
        long fingerprint,
        int ordinal,
        int count,
        long revision,
        long previous,
        ByteString eventBytes,
        Event event) {}
