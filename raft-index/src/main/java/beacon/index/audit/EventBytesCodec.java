package beacon.index.audit;

import beacon.model.MalformedRecord;
import beacon.model.RecordedHeader;
import beacon.proto.v1.Event;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;

/** Tells whether bytes are a recorded event: around the event in canonical form, the event itself in any. */
final class EventBytesCodec {
    private EventBytesCodec() {}

    /** What is around the event, or what is wrong with the bytes. */
    record Reading(Optional<RecordedHeader> header, String flaw) {}

    static Reading read(byte[] bytes, int length) {
        try {
            RecordedHeader header = RecordedHeader.read(bytes, 0, length);
            Event.parser().parseFrom(bytes, header.eventOffset(), header.eventLength());
            return new Reading(Optional.of(header), "");
        } catch (MalformedRecord | InvalidProtocolBufferException e) {
            return new Reading(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }
}
