package beacon.index.state;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.admission.Admission;
import beacon.index.log.AnAppend;
import beacon.index.log.AppendResult;
import beacon.model.Address;
import beacon.model.Cid;
import beacon.model.NodeId;
import beacon.model.PinNames;
import beacon.model.Reason;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.MoveCause;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.PinReleased;
import beacon.proto.v1.PointerSet;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.ShardFault;
import beacon.proto.v1.ShardFaulted;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.ShardMoved;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PinsTest {
    private static final ByteString MANIFEST = AnAppend.cid(7);
    private static final ByteString NODE =
            NodeId.parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA").bytes();

    private final MemoryLog log = new MemoryLog(64, () -> Instant.EPOCH);
    private long id;

    private AppendResult as(String actor, AppendRequest request) {
        Admission.Verdict verdict = new Admission().admit(actor, request);
        return verdict instanceof Admission.Verdict.Admitted admitted
                ? log.append(admitted.append()).toCompletableFuture().join()
                : new AppendResult.Refused(((Admission.Verdict.Refused) verdict).refusal());
    }

    private AppendResult as(String actor, Event event) {
        return as(actor, AnAppend.withId(++id).with(event).request());
    }

    private static void refused(AppendResult result, Reason reason) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        AppendResult.Refused.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo(reason));
    }

    private static void accepted(AppendResult result) {
        assertThat(result).isInstanceOf(AppendResult.Accepted.class);
    }

    private static ShardGroup.Builder copies() {
        return ShardGroup.newBuilder()
                .setDataShards(1)
                .setParityShards(1)
                .setBlocks(2)
                .setColumnBytes(300)
                .addAllColumns(List.of(1, 0));
    }

    private static PinPlaced.Builder pin() {
        return PinPlaced.newBuilder()
                .setManifestCid(MANIFEST)
                .addNodes(NODE)
                .addGroups(copies())
                .addGroups(copies());
    }

    private static Event placed(PinPlaced.Builder pin) {
        return Event.newBuilder().setPinPlaced(pin).build();
    }

    private static ShardMoved.Builder move() {
        return ShardMoved.newBuilder()
                .setManifestCid(MANIFEST)
                .setGroup(1)
                .setColumn(1)
                .setNodeId(NODE)
                .setCause(MoveCause.MOVE_CAUSE_FILLED);
    }

    private static Event moved() {
        return Event.newBuilder().setShardMoved(move()).build();
    }

    private static Event faulted() {
        return Event.newBuilder()
                .setShardFaulted(ShardFaulted.newBuilder()
                        .setManifestCid(MANIFEST)
                        .setNodeId(NODE)
                        .setFault(ShardFault.SHARD_FAULT_CORRUPT)
                        .addBlocks(AnAppend.cid(8)))
                .build();
    }

    private static Event released() {
        return Event.newBuilder()
                .setPinReleased(PinReleased.newBuilder().setManifestCid(MANIFEST))
                .build();
    }

    private PointerEntry entry() {
        PointerEntry entry = log.view().find(PinNames.pin(Cid.of(MANIFEST)));
        assertThat(entry).isNotNull();
        return entry;
    }

    @Test
    void anArtifactIsPinnedOnce() {
        accepted(as("client/alice", placed(pin())));
        refused(as("client/bob", placed(pin())), Reason.STALE_REVISION);

        assertThat(entry().revision()).isEqualTo(1);
    }

    @Test
    void noArtifactIsReleasedWithoutATombstone() {
        accepted(as("client/alice", placed(pin())));

        refused(as("operator/root", released()), Reason.TOMBSTONE_FORBIDS);
        refused(as("member/m1", released()), Reason.TOMBSTONE_FORBIDS);
        refused(as("client/alice", released()), Reason.PERMISSION_DENIED);
    }

    @Test
    void everyMoveIsARevisionOfThePinAndAFaultIsNot() {
        accepted(as("client/alice", placed(pin())));
        accepted(as("member/m1", moved()));
        accepted(as("member/m1", faulted()));

        assertThat(entry().revision()).isEqualTo(2);
        assertThat(entry().cid()).isEqualTo(MANIFEST);
        assertThat(entry().lastEvent()).isEqualTo(3);
    }

    @Test
    void ofTwoMovesDecidedAtTheSameRevisionOneIsRefused() {
        accepted(as("client/alice", placed(pin())));
        Precondition atFirst = Precondition.newBuilder()
                .setAddress(Address.ofKey(PinNames.pin(Cid.of(MANIFEST))).toString())
                .setExpectedRevision(1)
                .build();
        accepted(as(
                "member/m1",
                AnAppend.withId(100).with(moved()).request().toBuilder()
                        .addPreconditions(atFirst)
                        .build()));
        refused(
                as(
                        "member/m2",
                        AnAppend.withId(101).with(moved()).request().toBuilder()
                                .addPreconditions(atFirst)
                                .build()),
                Reason.STALE_REVISION);
    }

    @Test
    void onlyMembersAndOperatorsSayHowAPinIs() {
        refused(as("member/m1", moved()), Reason.UNKNOWN_ADDRESS);
        refused(as("member/m1", faulted()), Reason.UNKNOWN_ADDRESS);
        accepted(as("client/alice", placed(pin())));

        refused(as("client/alice", moved()), Reason.PERMISSION_DENIED);
        refused(as("client/alice", faulted()), Reason.PERMISSION_DENIED);
        accepted(as("operator/root", moved()));
    }

    @Test
    void anAppendMayPinAndMove() {
        accepted(as(
                "operator/root",
                AnAppend.withId(50).with(placed(pin())).with(moved()).request()));
        assertThat(entry().revision()).isEqualTo(2);
    }

    @Test
    void nobodySetsAPointerWherePinsAre() {
        Event pointer = Event.newBuilder()
                .setPointerSet(PointerSet.newBuilder()
                        .setAddress(
                                Address.ofKey(PinNames.pin(Cid.of(MANIFEST))).toString())
                        .setCid(MANIFEST))
                .build();
        refused(as("operator/root", pointer), Reason.PERMISSION_DENIED);
    }

    @Test
    void malformedPinsAreRefused() {
        List<PinPlaced.Builder> malformed = List.of(
                pin().clearManifestCid(),
                pin().addNodes(NODE),
                pin().addNodes(ByteString.EMPTY),
                pin().addNodes(ByteString.copyFromUtf8("no peer id")),
                pin().clearGroups().addGroups(copies()),
                pin().addGroups(copies().setDataShards(0)),
                pin().addGroups(copies().setDataShards(2)),
                pin().addGroups(copies().setParityShards(-1)),
                pin().addGroups(copies().setDataShards(Integer.MAX_VALUE).setParityShards(Integer.MAX_VALUE)),
                pin().addGroups(copies().setBlocks(0)),
                pin().addGroups(copies().setColumnBytes(0)),
                pin().addGroups(copies().setColumns(1, 2)));
        for (PinPlaced.Builder pin : malformed) {
            assertThat(as("client/alice", placed(pin))).as("%s", pin).isInstanceOf(AppendResult.Refused.class);
        }
        for (ShardMoved.Builder move :
                List.of(move().clearCause(), move().setGroup(-1), move().setColumn(256), move().clearNodeId())) {
            refused(as("member/m1", Event.newBuilder().setShardMoved(move).build()), Reason.MALFORMED_REQUEST);
        }
        ShardFaulted none =
                faulted().getShardFaulted().toBuilder().clearBlocks().build();
        refused(as("member/m1", Event.newBuilder().setShardFaulted(none).build()), Reason.MALFORMED_REQUEST);
        assertThat(log.view().find(PinNames.pin(Cid.of(MANIFEST)))).isNull();
    }
}
