package beacon.views;

import beacon.index.admission.Admission;
import beacon.index.log.AnAppend;
import beacon.index.log.AppendResult;
import beacon.index.state.MemoryLog;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeCameUp;
import beacon.proto.v1.NodeDrained;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.NodeLeft;
import beacon.proto.v1.NodeWentDown;
import com.google.protobuf.ByteString;
import java.time.Instant;

/** A log of one process, and events to put on it. */
public final class TestLog {
    private final MemoryLog log = new MemoryLog(1 << 12, () -> Instant.ofEpochSecond(1_800_000_000));
    private long requests;

    /** Appends; returns the sequence of the event. */
    public long append(Event event) {
        return append("operator/tester", event);
    }

    /** Appends as somebody; returns the sequence of the event. */
    public long append(String actor, Event event) {
        Admission.Verdict verdict = new Admission()
                .admit(actor, AnAppend.withId(++requests).with(event).request());
        AppendResult result = log.append(((Admission.Verdict.Admitted) verdict).append())
                .toCompletableFuture()
                .join();
        if (!(result instanceof AppendResult.Accepted)) {
            throw new AssertionError("expected the append to be accepted, but found " + result);
        }
        return log.lastSequence();
    }

    public MemoryLog log() {
        return log;
    }

    /** Runs views over the rest of the log. */
    public void run(ViewRunner runner) {
        run(runner, Integer.MAX_VALUE);
    }

    public void run(ViewRunner runner, int atMost) {
        try (var reader = log.readFrom(runner.nextSequence())) {
            runner.advance(reader, atMost);
        }
    }

    /** Id of a node that does not exist. */
    public static ByteString node(int number) {
        byte[] id = new byte[34];
        id[0] = 0x12;
        id[1] = 32;
        id[32] = (byte) (number >> 8);
        id[33] = (byte) number;
        return ByteString.copyFrom(id);
    }

    public static Event joined(int number, String domain, long capacity) {
        return Event.newBuilder()
                .setNodeJoined(NodeJoined.newBuilder()
                        .setNodeId(node(number))
                        .addAddresses("/ip4/192.0.2.1/tcp/4001")
                        .setFailureDomain(domain)
                        .setCapacityBytes(capacity))
                .build();
    }

    public static Event left(int number) {
        return Event.newBuilder()
                .setNodeLeft(NodeLeft.newBuilder().setNodeId(node(number)).setReason("sold"))
                .build();
    }

    public static Event down(int number) {
        return Event.newBuilder()
                .setNodeWentDown(
                        NodeWentDown.newBuilder().setNodeId(node(number)).setReason("no answer"))
                .build();
    }

    public static Event up(int number) {
        return Event.newBuilder()
                .setNodeCameUp(NodeCameUp.newBuilder().setNodeId(node(number)))
                .build();
    }

    public static Event drained(int number) {
        return Event.newBuilder()
                .setNodeDrained(NodeDrained.newBuilder().setNodeId(node(number)).setReason("old"))
                .build();
    }
}
