package beacon.index.state;

import beacon.index.log.Recorded;
import beacon.index.log.RequestId;
import beacon.model.EventCodec;
import beacon.model.RecordedHeader;
import com.google.protobuf.ByteString;

/** From the bytes that journal and tree keep of an event to the event. */
public final class RecordedCodec {
    private RecordedCodec() {}

    /**
     * Reads the bytes of a recorded event.
     *
     * @throws IllegalArgumentException when they are not one
     */
    public static Recorded decode(byte[] bytes) {
        RecordedHeader header = RecordedHeader.read(bytes);
        ByteString event = header.event();
        return new Recorded(
                header.sequence(),
                header.term(),
                header.timeUnixMicros(),
                header.actor(),
                new RequestId(header.requestIdHigh(), header.requestIdLow()),
                header.fingerprint(),
                header.ordinal(),
                header.count(),
                header.revision(),
                header.previous(),
                event,
                EventCodec.decode(event));
    }
}
