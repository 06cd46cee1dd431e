package beacon.index.log;

import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import beacon.proto.v1.PointerSet;
import beacon.proto.v1.Precondition;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Builds appends for tests. */
public final class AnAppend {
    private final List<Event> events = new ArrayList<>();
    private final List<Precondition> preconditions = new ArrayList<>();
    private long id;

    private AnAppend(long id) {
        this.id = id;
    }

    /** An append whose request id is made of this number. */
    public static AnAppend withId(long id) {
        return new AnAppend(id);
    }

    public static String address(String path) {
        return "ucxl://agent:role@project:task/*^/" + path;
    }

    /** A CID of which no block exists. */
    public static ByteString cid(int content) {
        byte[] bytes = new byte[36];
        bytes[0] = 1;
        bytes[1] = 0x55;
        bytes[2] = 0x12;
        bytes[3] = 32;
        Arrays.fill(bytes, 4, 36, (byte) content);
        return ByteString.copyFrom(bytes);
    }

    public static Event pointer(String path, int content) {
        return Event.newBuilder()
                .setPointerSet(PointerSet.newBuilder().setAddress(address(path)).setCid(cid(content)))
                .build();
    }

    public static Event decision(String path, int payloadBytes) {
        return Event.newBuilder()
                .setDecisionRecorded(DecisionRecorded.newBuilder()
                        .setId("d-1")
                        .setAddress(address(path))
                        .setAuthor("author")
                        .setMediaType("application/octet-stream")
                        .setPayload(ByteString.copyFrom(new byte[payloadBytes])))
                .build();
    }

    public AnAppend pointing(String path, int content) {
        events.add(pointer(path, content));
        return this;
    }

    public AnAppend deciding(String path, int payloadBytes) {
        events.add(decision(path, payloadBytes));
        return this;
    }

    public AnAppend with(Event event) {
        events.add(event);
        return this;
    }

    public AnAppend expecting(String path, long revision) {
        preconditions.add(Precondition.newBuilder()
                .setAddress(address(path))
                .setExpectedRevision(revision)
                .build());
        return this;
    }

    public AppendRequest request() {
        return AppendRequest.newBuilder()
                .setRequestId(ByteString.copyFrom(ByteBuffer.allocate(16).putLong(8, id)))
                .addAllEvents(events)
                .addAllPreconditions(preconditions)
                .build();
    }
}
