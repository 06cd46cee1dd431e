package beacon.index.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import beacon.index.log.AnAppend;
import beacon.model.Event;
import beacon.model.EventCodec;
import beacon.model.Reason;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.BeatStruck;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.HistoryRestored;
import beacon.proto.v1.NodeLeft;
import beacon.proto.v1.PointerSet;
import beacon.proto.v1.PolicyChanged;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.Setting;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.util.Collections;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AdmissionTest {
    private static final beacon.proto.v1.Event GOOD = AnAppend.pointer("a", 1);

    private static Admission.Verdict admit(AppendRequest request) {
        return new Admission().admit("tester", request);
    }

    private static AppendRequest of(beacon.proto.v1.Event event) {
        return AnAppend.withId(1).with(event).request();
    }

    private static beacon.proto.v1.Event pointer(String address, ByteString cid) {
        return beacon.proto.v1.Event.newBuilder()
                .setPointerSet(PointerSet.newBuilder().setAddress(address).setCid(cid))
                .build();
    }

    private static beacon.proto.v1.Event decision(DecisionRecorded.Builder decision) {
        return beacon.proto.v1.Event.newBuilder().setDecisionRecorded(decision).build();
    }

    private static DecisionRecorded.Builder good() {
        return DecisionRecorded.newBuilder()
                .setId("d")
                .setAddress(AnAppend.address("a"))
                .setAuthor("me");
    }

    static Stream<Arguments> refused() {
        beacon.proto.v1.Event newer = beacon.proto.v1.Event.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                4711,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build();
        AppendRequest base = of(GOOD);
        return Stream.of(
                arguments(
                        "no request id",
                        Reason.MALFORMED_REQUEST,
                        base.toBuilder().clearRequestId().build()),
                arguments(
                        "short request id",
                        Reason.MALFORMED_REQUEST,
                        base.toBuilder()
                                .setRequestId(ByteString.copyFromUtf8("short"))
                                .build()),
                arguments(
                        "no events",
                        Reason.MALFORMED_REQUEST,
                        base.toBuilder().clearEvents().build()),
                arguments(
                        "too many events",
                        Reason.BATCH_TOO_LARGE,
                        base.toBuilder()
                                .addAllEvents(Collections.nCopies(256, GOOD))
                                .build()),
                arguments(
                        "too many preconditions",
                        Reason.BATCH_TOO_LARGE,
                        base.toBuilder()
                                .addAllPreconditions(Collections.nCopies(257, Precondition.getDefaultInstance()))
                                .build()),
                arguments(
                        "malformed precondition",
                        Reason.MALFORMED_ADDRESS,
                        base.toBuilder()
                                .addPreconditions(Precondition.newBuilder().setAddress("nonsense"))
                                .build()),
                arguments(
                        "issued in the future beyond 2^63",
                        Reason.MALFORMED_REQUEST,
                        base.toBuilder().setIssuedAtSequence(-1).build()),
                arguments("empty event", Reason.MALFORMED_REQUEST, of(beacon.proto.v1.Event.getDefaultInstance())),
                arguments("event of a newer client", Reason.UNKNOWN_EVENT_TYPE, of(newer)),
                arguments("malformed address", Reason.MALFORMED_ADDRESS, of(pointer("ucxl://x", AnAppend.cid(1)))),
                arguments(
                        "write to an old revision",
                        Reason.MALFORMED_ADDRESS,
                        of(pointer("ucxl://a:b@c:d/*~1/p", AnAppend.cid(1)))),
                arguments(
                        "malformed cid",
                        Reason.MALFORMED_CID,
                        of(pointer(AnAppend.address("a"), ByteString.copyFromUtf8("x")))),
                arguments("empty cid", Reason.MALFORMED_CID, of(pointer(AnAppend.address("a"), ByteString.EMPTY))),
                arguments(
                        "payload over 60 KiB",
                        Reason.PAYLOAD_TOO_LARGE,
                        of(decision(good().setPayload(ByteString.copyFrom(new byte[61_441]))))),
                arguments("label with a space", Reason.MALFORMED_REQUEST, of(decision(good().setId("a b")))),
                arguments("no author", Reason.MALFORMED_REQUEST, of(decision(good().clearAuthor()))),
                arguments(
                        "too many citations",
                        Reason.BATCH_TOO_LARGE,
                        of(decision(good().addAllCitations(Collections.nCopies(65, 1L))))),
                arguments(
                        "beat of no kind",
                        Reason.MALFORMED_REQUEST,
                        of(beacon.proto.v1.Event.newBuilder()
                                .setBeatStruck(BeatStruck.newBuilder().setSource("s"))
                                .build())),
                arguments(
                        "node without id",
                        Reason.MALFORMED_REQUEST,
                        of(beacon.proto.v1.Event.newBuilder()
                                .setNodeLeft(NodeLeft.getDefaultInstance())
                                .build())),
                arguments(
                        "policy with a key twice",
                        Reason.MALFORMED_REQUEST,
                        of(beacon.proto.v1.Event.newBuilder()
                                .setPolicyChanged(PolicyChanged.newBuilder()
                                        .setName("p")
                                        .addSettings(Setting.newBuilder().setKey("k"))
                                        .addSettings(Setting.newBuilder().setKey("k")))
                                .build())),
                arguments(
                        "event that only a restore makes",
                        Reason.UNKNOWN_EVENT_TYPE,
                        of(beacon.proto.v1.Event.newBuilder()
                                .setHistoryRestored(HistoryRestored.getDefaultInstance())
                                .build())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refuses(String what, Reason reason, AppendRequest request) {
        Admission.Verdict verdict = admit(request);

        assertThat(verdict).isInstanceOf(Admission.Verdict.Refused.class);
        assertThat(((Admission.Verdict.Refused) verdict).refusal().reason())
                .as(what)
                .isEqualTo(reason);
    }

    @Test
    void storesTheCanonicalAddress() {
        Admission.Verdict verdict = admit(of(pointer("ucxl://agent:role@project:task/#/a", AnAppend.cid(1))));

        ByteString stored =
                ((Admission.Verdict.Admitted) verdict).append().events().get(0);
        assertThat(EventCodec.decode(stored))
                .isInstanceOfSatisfying(
                        Event.PointerSet.class,
                        set -> assertThat(set.addressKey()).isEqualTo("agent:role@project:task/a"));
        assertThat(stored).isEqualTo(GOOD.toByteString());
    }

    @Test
    void fingerprintTellsActorsAndContentsApart() {
        long mine = fingerprint("me", of(GOOD));

        assertThat(fingerprint("me", of(GOOD))).isEqualTo(mine);
        assertThat(fingerprint("you", of(GOOD))).isNotEqualTo(mine);
        assertThat(fingerprint("me", of(AnAppend.pointer("a", 2)))).isNotEqualTo(mine);
        assertThat(fingerprint(
                        "me", AnAppend.withId(1).with(GOOD).expecting("a", 0).request()))
                .isNotEqualTo(mine);
    }

    private static long fingerprint(String actor, AppendRequest request) {
        return ((Admission.Verdict.Admitted) new Admission().admit(actor, request))
                .append()
                .fingerprint();
    }

    @Property(tries = 300)
    void neverThrowsWhateverTheEventBytesAre(@ForAll byte[] bytes) {
        beacon.proto.v1.Event event;
        try {
            event = beacon.proto.v1.Event.parseFrom(bytes);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            return;
        }

        assertThat(admit(of(event))).isNotNull();
    }
}
