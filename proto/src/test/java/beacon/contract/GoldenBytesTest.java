package beacon.contract;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.model.RecordedHeader;
import beacon.model.SampleEvents;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.LogAppend;
import beacon.proto.v1.LogBatch;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.RecordedEvent;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What earlier versions stored, of every released kind of event, is read and written again without a difference. */
class GoldenBytesTest {
    private static final ByteString REQUEST_ID = ByteString.copyFromUtf8("0123456789abcdef");
    private static final Map<String, Parser<? extends Message>> PARSERS = Map.of(
            "RecordedEvent", RecordedEvent.parser(),
            "AppendRequest", AppendRequest.parser(),
            "LogBatch", LogBatch.parser());

    @Test
    void readsAndWritesEveryReleasedKindOfEvent() throws IOException {
        List<String> golden = Released.lines("golden.txt");
        Released.propose("golden.txt", candidates());

        for (String line : golden) {
            String[] parts = line.split(" ", -1);
            byte[] bytes = HexFormat.of().parseHex(parts[2]);
            Message message = PARSERS.get(parts[0]).parseFrom(bytes);

            assertThat(message.toByteArray())
                    .as("%s of %s%s", parts[0], parts[1], Released.ADVICE)
                    .isEqualTo(bytes);
            for (Event event : eventsOf(message)) {
                assertThat(event.getBodyCase().name())
                        .as("kind of %s%s", line, Released.ADVICE)
                        .isEqualToIgnoringCase(parts[1]);
                assertThat(hasUnknownFields(event))
                        .as("unknown fields in %s%s", line, Released.ADVICE)
                        .isFalse();
            }
            if (message instanceof RecordedEvent) {
                assertThat(RecordedHeader.isCanonical(bytes)).isTrue();
            }
        }
    }

    @Test
    void hasBytesOfEveryReleasedKindOfEvent() throws IOException {
        List<String> kinds = Released.lines("schema.txt").stream()
                .filter(line -> line.startsWith("field beacon.v1.Event."))
                .map(line -> line.replaceFirst("field beacon\\.v1\\.Event\\.([a-z_]+) .*", "$1"))
                .toList();

        assertThat(kinds).hasSizeGreaterThanOrEqualTo(9);
        for (String kind : kinds) {
            for (String type : PARSERS.keySet()) {
                assertThat(Released.lines("golden.txt"))
                        .as("golden %s of %s%s", type, kind, Released.ADVICE)
                        .anyMatch(line -> line.startsWith(type + " " + kind + " "));
            }
        }
    }

    private static List<Event> eventsOf(Message message) throws InvalidProtocolBufferException {
        if (message instanceof RecordedEvent recorded) {
            return List.of(recorded.getEvent());
        }
        if (message instanceof AppendRequest request) {
            return request.getEventsList();
        }
        List<Event> events = new ArrayList<>();
        for (LogAppend append : ((LogBatch) message).getAppendsList()) {
            for (ByteString event : append.getEventsList()) {
                events.add(Event.parseFrom(event));
            }
        }
        return events;
    }

    private static boolean hasUnknownFields(Message message) {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            return true;
        }
        return message.getAllFields().entrySet().stream()
                .filter(entry -> entry.getKey().getJavaType() == FieldDescriptor.JavaType.MESSAGE)
                .flatMap(entry -> entry.getKey().isRepeated()
                        ? ((List<?>) entry.getValue()).stream()
                        : java.util.stream.Stream.of(entry.getValue()))
                .anyMatch(field -> hasUnknownFields((Message) field));
    }

    private static List<String> candidates() {
        List<String> lines = new ArrayList<>();
        for (FieldDescriptor kind : SampleEvents.kinds()) {
            Event event = SampleEvents.of(kind);
            lines.add(line(kind, recorded(event)));
            lines.add(line(kind, request(event)));
            lines.add(line(kind, batch(event)));
        }
        return lines;
    }

    private static String line(FieldDescriptor kind, Message message) {
        String hex = HexFormat.of().formatHex(message.toByteArray());
        return "%s %s %s".formatted(message.getDescriptorForType().getName(), kind.getName(), hex);
    }

    private static RecordedEvent recorded(Event event) {
        return RecordedEvent.newBuilder()
                .setSequence(1001)
                .setTerm(3)
                .setTimeUnixMicros(1_767_225_600_000_000L)
                .setActor("spiffe://beacon/agent-7")
                .setRequestId(REQUEST_ID)
                .setFingerprint(0x8877665544332211L)
                .setOrdinal(1)
                .setCount(2)
                .setRevision(4)
                .setPrevious(900)
                .setEvent(event)
                .build();
    }

    private static AppendRequest request(Event event) {
        return AppendRequest.newBuilder()
                .setRequestId(REQUEST_ID)
                .addEvents(event)
                .addEvents(event)
                .addPreconditions(precondition())
                .setIssuedAtSequence(1000)
                .build();
    }

    private static LogBatch batch(Event event) {
        return LogBatch.newBuilder()
                .setFormat(1)
                .setTimeUnixMicros(1_767_225_600_000_000L)
                .addAppends(LogAppend.newBuilder()
                        .setActor("spiffe://beacon/agent-7")
                        .setRequestId(REQUEST_ID)
                        .setFingerprint(0x8877665544332211L)
                        .setIssuedAtSequence(1000)
                        .addPreconditions(precondition())
                        .addEvents(event.toByteString()))
                .build();
    }

    private static Precondition precondition() {
        return Precondition.newBuilder()
                .setAddress("ucxl://a:b@c:d/*^/x")
                .setExpectedRevision(3)
                .build();
    }
}
