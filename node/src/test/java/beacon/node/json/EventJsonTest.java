package beacon.node.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.model.Cid;
import beacon.proto.v1.BeatKind;
import beacon.proto.v1.BeatStruck;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.PointerSet;
import beacon.proto.v1.PolicyChanged;
import beacon.proto.v1.RecordedEvent;
import beacon.proto.v1.Setting;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventJsonTest {
    private static final Cid CID = Cid.sha256(Cid.RAW, ByteString.copyFrom(new byte[32]));
    private static final ByteString NODE =
            ByteString.copyFrom(new byte[] {0x12, 32}).concat(ByteString.copyFrom(new byte[32]));

    static Stream<Event> events() {
        return Stream.of(
                Event.newBuilder()
                        .setPointerSet(PointerSet.newBuilder()
                                .setAddress("ucxl://a:r@p:t/*^/x")
                                .setCid(CID.bytes()))
                        .build(),
                Event.newBuilder()
                        .setDecisionRecorded(DecisionRecorded.newBuilder()
                                .setId("dr-1")
                                .setSupersedes(7)
                                .addAllCitations(List.of(1L, 9007199254740993L))
                                .setPayload(ByteString.copyFromUtf8("größer")))
                        .build(),
                Event.newBuilder()
                        .setDecisionRecorded(DecisionRecorded.newBuilder().setPayloadCid(CID.bytes()))
                        .build(),
                Event.newBuilder()
                        .setNodeJoined(NodeJoined.newBuilder()
                                .setNodeId(NODE)
                                .addAddresses("/ip4/10.0.0.1/tcp/4001")
                                .setCapacityBytes(1L << 40))
                        .build(),
                Event.newBuilder()
                        .setBeatStruck(BeatStruck.newBuilder()
                                .setKind(BeatKind.BEAT_KIND_REVERB)
                                .setBeatIndex(12))
                        .build(),
                Event.newBuilder()
                        .setPolicyChanged(PolicyChanged.newBuilder()
                                .setName("retention")
                                .addSettings(Setting.newBuilder().setKey("days").setValue("30")))
                        .build());
    }

    @ParameterizedTest
    @MethodSource("events")
    void readsBackWhatItPrints(Event event) {
        String text = EventJson.proposed(event).toString();

        assertThat(EventJson.parse(text)).isEqualTo(event);
    }

    @Test
    void printsCidsTimesAndIdsAsPeopleReadThem() {
        ByteString bytes = RecordedEvent.newBuilder()
                .setSequence(3)
                .setTerm(2)
                .setTimeUnixMicros(1_795_219_200_000_001L)
                .setActor("client/alice")
                .setRequestId(ByteString.copyFrom(new byte[16]))
                .setCount(1)
                .setRevision(1)
                .setEvent(events().findFirst().orElseThrow())
                .build()
                .toByteString();

        JsonObject object = EventJson.recorded(bytes);

        assertThat(object)
                .hasToString("{\"sequence\":3,\"term\":2,\"time\":\"2026-11-21T00:00:00.000001Z\","
                        + "\"actor\":\"client/alice\",\"request_id\":\"" + "00".repeat(16) + "\","
                        + "\"ordinal\":0,\"count\":1,\"revision\":1,\"type\":\"pointer_set\","
                        + "\"event\":{\"address\":\"ucxl://a:r@p:t/*^/x\",\"cid\":\"" + CID + "\"}}");
    }

    @Test
    void namesAnEventOfALaterVersionUnknown() {
        ByteString bytes = RecordedEvent.newBuilder()
                .setSequence(1)
                .setEvent(Event.newBuilder()
                        .setUnknownFields(com.google.protobuf.UnknownFieldSet.newBuilder()
                                .addField(
                                        99,
                                        com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                                                .addVarint(1)
                                                .build())
                                .build()))
                .build()
                .toByteString();

        assertThat(EventJson.recorded(bytes).get("type").getAsString()).isEqualTo("unknown");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nothing|expected a JSON object",
                "[]|expected a JSON object",
                "{\"type\":\"pointer_set\"}|expected {\"type\": TYPE",
                "{\"type\":\"pointer_sett\",\"event\":{}}|found \"pointer_sett\"",
                "{\"type\":\"pointer_set\",\"event\":{},\"sequence\":1}|found \"sequence\"",
                "{\"type\":\"pointer_set\",\"event\":{\"adress\":\"x\"}}|expected one of [address, cid] in event, but found \"adress\"",
                "{\"type\":\"pointer_set\",\"event\":{\"address\":1}}|expected a text at event.address, but found 1",
                "{\"type\":\"pointer_set\",\"event\":{\"cid\":\"zzz\"}}|expected bytes as CID at event.cid",
                "{\"type\":\"decision_recorded\",\"event\":{\"citations\":3}}|expected an array at event.citations",
                "{\"type\":\"decision_recorded\",\"event\":{\"supersedes\":1.5}}|expected a whole number at event.supersedes",
                "{\"type\":\"decision_recorded\",\"event\":{\"payload\":\"*\"}}|expected bytes as BASE64 at event.payload",
                "{\"type\":\"beat_struck\",\"event\":{\"kind\":\"loud\"}}|expected one of [unspecified, pulse, reverb]",
            })
    void saysWhatIsWrongWithOtherText(String text, String expected) {
        assertThatThrownBy(() -> EventJson.parse(text))
                .isInstanceOf(JsonFormException.class)
                .hasMessageContaining(expected);
    }
}
