package beacon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.proto.v1.Event;
import beacon.proto.v1.RecordedEvent;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RecordedEventCodecTest {
    @Property(tries = 3000)
    void writesWhatTheGeneratedClassWrites(@ForAll("recordedEvents") RecordedEvent event) {
        assertThat(write(event)).isEqualTo(event.toByteArray());
    }

    @Property(tries = 3000)
    void readsBackWhatItWrites(@ForAll("recordedEvents") RecordedEvent event) throws InvalidProtocolBufferException {
        byte[] bytes = write(event);

        RecordedHeader header = RecordedHeader.read(bytes);

        assertThat(header.sequence()).isEqualTo(event.getSequence());
        assertThat(header.term()).isEqualTo(event.getTerm());
        assertThat(header.timeUnixMicros()).isEqualTo(event.getTimeUnixMicros());
        assertThat(header.actor()).isEqualTo(event.getActor());
        assertThat(ByteBuffer.allocate(16)
                        .putLong(header.requestIdHigh())
                        .putLong(header.requestIdLow())
                        .array())
                .isEqualTo(event.getRequestId().toByteArray());
        assertThat(header.fingerprint()).isEqualTo(event.getFingerprint());
        assertThat(header.ordinal()).isEqualTo(event.getOrdinal());
        assertThat(header.count()).isEqualTo(event.getCount());
        assertThat(header.revision()).isEqualTo(event.getRevision());
        assertThat(header.previous()).isEqualTo(event.getPrevious());
        assertThat(Event.parseFrom(header.event())).isEqualTo(event.getEvent());
        assertThat(header.eventType()).isEqualTo(event.getEvent().getBodyCase().getNumber());
        assertThat(RecordedHeader.isCanonical(bytes)).isTrue();
    }

    @Property
    void readsFromTheMiddleOfAnArray(@ForAll("recordedEvents") RecordedEvent event, @ForAll byte[] around) {
        byte[] bytes = write(event);
        byte[] framed = new byte[around.length + bytes.length + around.length];
        System.arraycopy(around, 0, framed, 0, around.length);
        System.arraycopy(bytes, 0, framed, around.length, bytes.length);
        System.arraycopy(around, 0, framed, around.length + bytes.length, around.length);

        RecordedHeader header = RecordedHeader.read(framed, around.length, bytes.length);

        assertThat(header.sequence()).isEqualTo(event.getSequence());
        assertThat(header.event()).isEqualTo(event.getEvent().toByteString());
        assertThat(header.eventOffset() + header.eventLength()).isEqualTo(around.length + bytes.length);
    }

    @Property(tries = 5000)
    void takesOnlyBytesThatTheGeneratedClassWouldWriteAgain(
            @ForAll("recordedEvents") RecordedEvent event, @ForAll("damage") Damage damage) {
        byte[] bytes = damage.apply(write(event));

        if (RecordedHeader.isCanonical(bytes)) {
            assertThat(withoutEvent(bytes)).isEqualTo(reserializedWithoutEvent(bytes));
        }
    }

    private static byte[] withoutEvent(byte[] bytes) {
        RecordedHeader header = RecordedHeader.read(bytes);
        assertThat(header.eventOffset() + header.eventLength()).isEqualTo(bytes.length);
        byte[] prefix = Arrays.copyOf(bytes, header.eventOffset());
        int lengthBytes = CodedOutputStream.computeUInt32SizeNoTag(header.eventLength());
        byte[] shorter = Arrays.copyOf(prefix, prefix.length - lengthBytes + 1);
        shorter[shorter.length - 1] = 0;
        return shorter;
    }

    private static byte[] reserializedWithoutEvent(byte[] bytes) {
        try {
            return RecordedEvent.parseFrom(withoutEvent(bytes)).toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("expected bytes that the generated class reads, but found " + e, e);
        }
    }

    @Example
    void refusesFieldsOutOfOrder() throws IOException {
        refuses("expected a field after number 2, but found number 1", out -> {
            out.writeUInt64(2, 1);
            out.writeUInt64(1, 1);
        });
    }

    @Example
    void refusesAFieldTwice() throws IOException {
        refuses("expected a field after number 1, but found number 1", out -> {
            out.writeUInt64(1, 1);
            out.writeUInt64(1, 2);
        });
    }

    @Example
    void refusesADefaultValue() throws IOException {
        refuses("default value, but found number 2", out -> {
            out.writeUInt64(1, 1);
            out.writeUInt64(2, 0);
        });
    }

    @Example
    void refusesALongVarint() throws IOException {
        refuses("expected the shortest varint", out -> out.writeRawBytes(new byte[] {8, (byte) 0x81, 0}));
    }

    @Example
    void refusesAnEmptyActor() throws IOException {
        refuses("expected an actor", out -> {
            out.writeUInt64(1, 1);
            out.writeString(4, "");
        });
    }

    @Example
    void refusesAnActorThatIsNotUtf8() throws IOException {
        refuses("expected UTF-8", out -> {
            out.writeUInt64(1, 1);
            out.writeByteArray(4, new byte[] {'a', (byte) 0xff});
        });
    }

    @Example
    void refusesAShortRequestId() throws IOException {
        refuses("expected a request id of 16 bytes, but found 15", out -> {
            out.writeUInt64(1, 1);
            out.writeByteArray(5, new byte[15]);
        });
    }

    @Example
    void refusesALengthBeyondTheEnd() throws IOException {
        refuses("expected at most 0 bytes, but found a length of 5", out -> {
            out.writeUInt64(1, 1);
            out.writeTag(4, 2);
            out.writeUInt32NoTag(5);
        });
    }

    @Example
    void refusesNumbersThatDoNotFit() throws IOException {
        refuses("below 2^63", out -> out.writeUInt64(1, -1));
        refuses("below 2^31", out -> {
            out.writeUInt64(1, 1);
            out.writeUInt64(8, 1L << 31);
        });
    }

    @Example
    void refusesAnUnknownFieldBeforeTheEventAndAWrongWireType() throws IOException {
        refuses("expected a known field before the event, but found number 1 with wire type 5", out -> {
            out.writeFixed32(1, 1);
        });
    }

    @Example
    void refusesBytesWithoutAnEvent() throws IOException {
        refuses("expected sequence, request id and event", out -> {
            out.writeUInt64(1, 1);
            out.writeByteArray(5, new byte[16]);
        });
        refuses("expected sequence, request id and event", out -> {});
    }

    @Example
    void readsPastAFieldOfALaterVersionButCallsItNotCanonical() {
        RecordedEvent event = recordedEvents().sample().toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                12,
                                UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                        .addField(
                                900,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("later"))
                                        .build())
                        .build())
                .build();

        byte[] bytes = event.toByteArray();

        assertThat(RecordedHeader.read(bytes).sequence()).isEqualTo(event.getSequence());
        assertThat(RecordedHeader.isCanonical(bytes)).isFalse();
    }

    @Example
    void refusesAnAppendWithoutEvents() {
        assertThatThrownBy(() -> new RecordedEventWriter(new RecordedEventWriter.Shared(1, 1, "a", 1, 1, 1, 0)))
                .hasMessage("expected at least one event, but found 0");
    }

    interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static void refuses(String message, Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        assertThatThrownBy(() -> RecordedHeader.read(bytes.toByteArray()))
                .isInstanceOf(MalformedRecord.class)
                .hasMessageStartingWith("expected ")
                .hasMessageContaining(message);
        assertThat(RecordedHeader.isCanonical(bytes.toByteArray())).isFalse();
    }

    private static byte[] write(RecordedEvent event) {
        ByteBuffer id = event.getRequestId().asReadOnlyByteBuffer();
        RecordedEventWriter writer = new RecordedEventWriter(new RecordedEventWriter.Shared(
                event.getTerm(),
                event.getTimeUnixMicros(),
                event.getActor(),
                id.getLong(),
                id.getLong(),
                event.getFingerprint(),
                event.getCount()));
        return writer.write(
                event.getSequence(),
                event.getOrdinal(),
                event.getRevision(),
                event.getPrevious(),
                event.getEvent().toByteString());
    }

    @Provide
    Arbitrary<RecordedEvent> recordedEvents() {
        Arbitrary<Long> anyLong = Arbitraries.longs();
        Arbitrary<Long> number = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<RecordedEvent.Builder> first = Combinators.combine(
                        number.filter(n -> n > 0),
                        number,
                        anyLong,
                        Arbitraries.strings().ofMaxLength(40).filter(RecordedEventCodecTest::isUnicode),
                        Arbitraries.bytes().array(byte[].class).ofSize(16),
                        anyLong)
                .as((sequence, term, time, actor, id, fingerprint) -> RecordedEvent.newBuilder()
                        .setSequence(sequence)
                        .setTerm(term)
                        .setTimeUnixMicros(time)
                        .setActor(actor)
                        .setRequestId(ByteString.copyFrom(id))
                        .setFingerprint(fingerprint));
        return Combinators.combine(
                        first,
                        Arbitraries.integers().between(0, 255),
                        Arbitraries.integers().between(1, 256),
                        number,
                        number,
                        events())
                .as((builder, ordinal, count, revision, previous, event) -> builder.setOrdinal(ordinal)
                        .setCount(count)
                        .setRevision(revision)
                        .setPrevious(previous)
                        .setEvent(event)
                        .build());
    }

    private static boolean isUnicode(String text) {
        return ByteString.copyFromUtf8(text).toStringUtf8().equals(text);
    }

    private static Arbitrary<Event> events() {
        Arbitrary<ByteString> payload =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(ByteString::copyFrom);
        Arbitrary<Event> decisions = payload.map(bytes -> {
            Event.Builder event = Event.newBuilder();
            event.getDecisionRecordedBuilder().setId("dr-1").setPayload(bytes);
            return event.build();
        });
        return Arbitraries.oneOf(
                decisions, Arbitraries.of(SampleEvents.all()), Arbitraries.just(Event.getDefaultInstance()));
    }

    /** Bytes replaced, removed or put in at one place. */
    record Damage(int where, int removed, List<Byte> inserted) {
        byte[] apply(byte[] bytes) {
            int from = where % (bytes.length + 1);
            int to = Math.min(bytes.length, from + removed);
            ByteBuffer damaged = ByteBuffer.allocate(bytes.length - (to - from) + inserted.size());
            damaged.put(bytes, 0, from);
            inserted.forEach(damaged::put);
            damaged.put(bytes, to, bytes.length - to);
            return damaged.array();
        }
    }

    @Provide
    Arbitrary<Damage> damage() {
        return Combinators.combine(
                        // Most of it in the header, where the rules are.
                        Arbitraries.integers().between(0, 80),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.bytes().list().ofMaxSize(3))
                .as(Damage::new);
    }
}
