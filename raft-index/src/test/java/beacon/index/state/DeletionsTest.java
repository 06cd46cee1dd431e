package beacon.index.state;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.admission.Admission;
import beacon.index.log.AnAppend;
import beacon.index.log.AppendResult;
import beacon.index.log.SignedNodes;
import beacon.model.Cid;
import beacon.model.PinNames;
import beacon.model.Reason;
import beacon.model.TombstoneVotes;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Event;
import beacon.proto.v1.HeaderErased;
import beacon.proto.v1.HoldLifted;
import beacon.proto.v1.HoldPlaced;
import beacon.proto.v1.NodeSwept;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.PinReleased;
import beacon.proto.v1.PointerRemoved;
import beacon.proto.v1.PolicyChanged;
import beacon.proto.v1.Setting;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.TombstoneProposed;
import beacon.proto.v1.TombstoneWithdrawn;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeletionsTest {
    private static final int NODES = 9;
    private static final int CONTENT = 7;
    private static final ByteString MANIFEST = AnAppend.cid(CONTENT);

    private final MemoryLog log = new MemoryLog(64, () -> Instant.EPOCH);
    private final SignedNodes nodes = new SignedNodes();
    private long id;

    @BeforeEach
    void nodesJoinAndAnArtifactIsPut() {
        IntStream.rangeClosed(1, NODES).forEach(node -> accepted(as("client/node", nodes.joined(node))));
        accepted(as("client/alice", pinned()));
        accepted(as("client/alice", AnAppend.pointer("name", CONTENT)));
    }

    private AppendResult as(String actor, Event... events) {
        AnAppend append = AnAppend.withId(++id);
        Arrays.stream(events).forEach(append::with);
        AppendRequest request = append.request();
        Admission.Verdict verdict = new Admission().admit(actor, request);
        return verdict instanceof Admission.Verdict.Admitted admitted
                ? log.append(admitted.append()).toCompletableFuture().join()
                : new AppendResult.Refused(((Admission.Verdict.Refused) verdict).refusal());
    }

    private static void refused(AppendResult result, Reason reason) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        AppendResult.Refused.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo(reason));
    }

    private long accepted(AppendResult result) {
        assertThat(result).isInstanceOf(AppendResult.Accepted.class);
        return log.lastSequence();
    }

    private Event pinned() {
        ShardGroup copies = ShardGroup.newBuilder()
                .setDataShards(1)
                .setParityShards(1)
                .setBlocks(2)
                .setColumnBytes(300)
                .addAllColumns(List.of(1, 0))
                .build();
        return Event.newBuilder()
                .setPinPlaced(PinPlaced.newBuilder()
                        .setManifestCid(MANIFEST)
                        .addNodes(nodes.id(1))
                        .addGroups(copies)
                        .addGroups(copies))
                .build();
    }

    private static Event proposed() {
        return Event.newBuilder()
                .setTombstoneProposed(TombstoneProposed.newBuilder().setManifestCid(MANIFEST))
                .build();
    }

    private static Event withdrawn() {
        return Event.newBuilder()
                .setTombstoneWithdrawn(TombstoneWithdrawn.newBuilder().setManifestCid(MANIFEST))
                .build();
    }

    private static Event released() {
        return Event.newBuilder()
                .setPinReleased(PinReleased.newBuilder().setManifestCid(MANIFEST))
                .build();
    }

    private static Event erased() {
        return Event.newBuilder()
                .setHeaderErased(HeaderErased.newBuilder().setManifestCid(MANIFEST))
                .build();
    }

    private static Event held(String name) {
        return Event.newBuilder()
                .setHoldPlaced(HoldPlaced.newBuilder().setManifestCid(MANIFEST).setName(name))
                .build();
    }

    private static Event lifted(String name) {
        return Event.newBuilder()
                .setHoldLifted(HoldLifted.newBuilder().setManifestCid(MANIFEST).setName(name))
                .build();
    }

    private static Event removed(String path) {
        return Event.newBuilder()
                .setPointerRemoved(PointerRemoved.newBuilder().setAddress(AnAppend.address(path)))
                .build();
    }

    private int[] designated() {
        return nodes.designated(MANIFEST, NODES);
    }

    private void deleted() {
        long proposal = accepted(as("operator/root", proposed()));
        for (int node : Arrays.copyOf(designated(), 3)) {
            accepted(as("client/node", nodes.vote(node, MANIFEST, proposal)));
        }
        accepted(as("member/m1", released(), erased()));
    }

    @Test
    void threeOfFiveDesignatedNodesHaveToAgree() {
        long proposal = accepted(as("operator/root", proposed()));

        for (int voter = 0; voter < 3; voter++) {
            refused(as("member/m1", released()), Reason.TOMBSTONE_FORBIDS);
            accepted(as("client/node", nodes.vote(designated()[voter], MANIFEST, proposal)));
        }

        accepted(as("member/m1", released(), erased()));
        PointerEntry pin = log.view().find(PinNames.pin(Cid.of(MANIFEST)));
        assertThat(pin).isNotNull();
        assertThat(pin.cid()).isEqualTo(PinNames.RELEASED.bytes());
    }

    @Test
    void onlyVotesThatADesignatedNodeSignedOnceForThisProposalCount() {
        long proposal = accepted(as("operator/root", proposed()));
        List<Integer> five = Arrays.stream(designated()).boxed().toList();
        int other = IntStream.rangeClosed(1, NODES)
                .filter(node -> !five.contains(node))
                .findFirst()
                .orElseThrow();
        Event vote = nodes.vote(five.get(0), MANIFEST, proposal);
        Event forged = vote.toBuilder()
                .setTombstoneVoted(vote.getTombstoneVoted().toBuilder().setNodeId(nodes.id(five.get(1))))
                .build();

        assertThat(five).hasSize(TombstoneVotes.DESIGNATED);
        refused(as("client/node", nodes.vote(other, MANIFEST, proposal)), Reason.TOMBSTONE_FORBIDS);
        refused(as("client/node", nodes.vote(five.get(0), MANIFEST, proposal + 1)), Reason.TOMBSTONE_FORBIDS);
        refused(as("client/node", forged), Reason.PERMISSION_DENIED);
        accepted(as("client/node", vote));
        refused(as("client/node", vote), Reason.TOMBSTONE_FORBIDS);
        refused(as("client/node", vote, vote), Reason.TOMBSTONE_FORBIDS);
    }

    @Test
    void fromTheProposalOnNothingNewPointsAtItUntilItIsWithdrawn() {
        accepted(as("operator/root", proposed()));

        refused(as("client/bob", AnAppend.pointer("other", CONTENT)), Reason.TOMBSTONE_FORBIDS);
        refused(as("operator/root", proposed()), Reason.TOMBSTONE_FORBIDS);
        accepted(as("client/bob", AnAppend.pointer("other", CONTENT + 1)));
        refused(as("client/bob", withdrawn()), Reason.PERMISSION_DENIED);
        accepted(as("operator/root", withdrawn()));
        refused(as("operator/root", withdrawn()), Reason.TOMBSTONE_FORBIDS);
        accepted(as("client/bob", AnAppend.pointer("other", CONTENT)));
    }

    @Test
    void votesDoNotOutliveTheirTombstone() {
        long proposal = accepted(as("operator/root", proposed()));
        for (int node : designated()) {
            accepted(as("client/node", nodes.vote(node, MANIFEST, proposal)));
        }
        accepted(as("operator/root", withdrawn()));
        long again = accepted(as("operator/root", proposed()));

        refused(as("member/m1", released()), Reason.TOMBSTONE_FORBIDS);
        refused(as("client/node", nodes.vote(designated()[0], MANIFEST, proposal)), Reason.TOMBSTONE_FORBIDS);
        accepted(as("client/node", nodes.vote(designated()[0], MANIFEST, again)));
    }

    @Test
    void aHoldEndsATombstoneAndForbidsAnotherUntilItIsLifted() {
        long proposal = accepted(as("operator/root", proposed()));
        for (int node : designated()) {
            accepted(as("client/node", nodes.vote(node, MANIFEST, proposal)));
        }
        accepted(as("operator/root", held("legal"), held("audit")));

        refused(as("member/m1", released()), Reason.TOMBSTONE_FORBIDS);
        refused(as("operator/root", proposed()), Reason.TOMBSTONE_FORBIDS);
        refused(as("operator/root", held("legal")), Reason.TOMBSTONE_FORBIDS);
        refused(as("client/alice", lifted("legal")), Reason.PERMISSION_DENIED);
        accepted(as("operator/root", lifted("legal")));
        refused(as("operator/root", proposed()), Reason.TOMBSTONE_FORBIDS);
        refused(as("operator/root", lifted("legal")), Reason.TOMBSTONE_FORBIDS);
        accepted(as("operator/root", lifted("audit"), proposed()));
    }

    @Test
    void whatIsReleasedNeverComesBack() {
        deleted();

        refused(as("client/alice", pinned()), Reason.TOMBSTONE_FORBIDS);
        refused(as("client/alice", AnAppend.pointer("name", CONTENT)), Reason.TOMBSTONE_FORBIDS);
        refused(as("operator/root", proposed()), Reason.UNKNOWN_ADDRESS);
        refused(as("operator/root", held("late")), Reason.UNKNOWN_ADDRESS);
        refused(as("member/m1", released()), Reason.UNKNOWN_ADDRESS);
        accepted(as("client/alice", AnAppend.pointer("name", CONTENT + 1)));
    }

    @Test
    void nodesThatRememberAReleaseNeedNoProposal() {
        int[] five = designated();
        accepted(as("client/node", nodes.vote(five[0], MANIFEST, 0)));
        accepted(as("client/node", nodes.vote(five[1], MANIFEST, 0)));
        refused(as("member/m1", released()), Reason.TOMBSTONE_FORBIDS);

        accepted(as("client/node", nodes.vote(five[2], MANIFEST, 0)));

        accepted(as("member/m1", released(), erased()));
    }

    @Test
    void votesForAProposalAndRememberedReleasesAreNotAddedUp() {
        long proposal = accepted(as("operator/root", proposed()));
        int[] five = designated();
        accepted(as("client/node", nodes.vote(five[0], MANIFEST, proposal)));
        accepted(as("client/node", nodes.vote(five[1], MANIFEST, proposal)));
        accepted(as("client/node", nodes.vote(five[2], MANIFEST, 0)));

        refused(as("member/m1", released()), Reason.TOMBSTONE_FORBIDS);
    }

    @Test
    void aSnapshotKeepsVotesHoldsAndThatSomethingWasReleased() throws IOException {
        DeletionTable table = new DeletionTable();
        ByteString other = AnAppend.cid(CONTENT + 1);
        table.proposed(MANIFEST, 12);
        table.voted(new beacon.model.Event.TombstoneVoted(Cid.of(MANIFEST), nodes.id(2), 12));
        table.voted(new beacon.model.Event.TombstoneVoted(Cid.of(MANIFEST), nodes.id(3), 0));
        table.holdPlaced(other, "legal");
        table.released(AnAppend.cid(CONTENT + 2));

        byte[] first = bytes(table);
        DeletionTable read = DeletionTable.read(CodedInputStream.newInstance(first));

        assertThat(bytes(read)).isEqualTo(first);
        assertThat(read.concernsAny()).isTrue();
        assertThat(read.new Draft().isOpen(MANIFEST)).isTrue();
        assertThat(read.new Draft().proposed(new beacon.model.Event.TombstoneProposed(Cid.of(other), ""), 20))
                .isPresent();
    }

    private static byte[] bytes(DeletionTable table) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        table.writeTo(out);
        out.flush();
        return bytes.toByteArray();
    }

    @Test
    void anAddressIsRemovedOnceAndMayPointAgain() {
        accepted(as("client/alice", removed("name")));
        refused(as("client/alice", removed("name")), Reason.UNKNOWN_ADDRESS);
        refused(as("client/alice", removed("nowhere")), Reason.UNKNOWN_ADDRESS);
        accepted(as("client/alice", AnAppend.pointer("name", CONTENT)));

        PointerEntry entry = log.view().find("agent:role@project:task/name");
        assertThat(entry).isNotNull();
        assertThat(entry.revision()).isEqualTo(3);
        assertThat(entry.cid()).isEqualTo(MANIFEST);
    }

    @Test
    void onlyOperatorsProposeHoldAndSetRetention() {
        refused(as("client/alice", proposed()), Reason.PERMISSION_DENIED);
        refused(as("client/alice", held("mine")), Reason.PERMISSION_DENIED);
        refused(as("client/alice", retention("30d")), Reason.PERMISSION_DENIED);
        refused(as("operator/root", retention("soon")), Reason.MALFORMED_REQUEST);
        accepted(as("operator/root", retention("30d")));
        refused(as("client/alice", erased()), Reason.PERMISSION_DENIED);
        refused(as("member/m1", erased()), Reason.TOMBSTONE_FORBIDS);
    }

    private static Event retention(String keep) {
        return Event.newBuilder()
                .setPolicyChanged(PolicyChanged.newBuilder()
                        .setName("retention")
                        .addSettings(Setting.newBuilder().setKey("keep").setValue(keep)))
                .build();
    }

    @Test
    void aSweepIsSaidOfKnownNodes() {
        NodeSwept.Builder swept = NodeSwept.newBuilder().setBlocks(3).setBytes(300);

        accepted(as(
                "client/node",
                Event.newBuilder().setNodeSwept(swept.setNodeId(nodes.id(1))).build()));
        refused(
                as(
                        "client/node",
                        Event.newBuilder()
                                .setNodeSwept(swept.setNodeId(nodes.id(NODES + 1)))
                                .build()),
                Reason.UNKNOWN_NODE);
        refused(
                as(
                        "client/node",
                        Event.newBuilder()
                                .setNodeSwept(swept.setNodeId(nodes.id(1)).setBlocks(0))
                                .build()),
                Reason.MALFORMED_REQUEST);
    }
}
