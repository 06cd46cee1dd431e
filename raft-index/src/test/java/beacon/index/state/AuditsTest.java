package beacon.index.state;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.admission.Admission;
import beacon.index.log.AnAppend;
import beacon.index.log.AppendResult;
import beacon.model.NodeId;
import beacon.model.Reason;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeAudit;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.NodesAudited;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuditsTest {
    private static final ByteString NODE =
            NodeId.parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA").bytes();

    private final MemoryLog log = new MemoryLog(64, () -> Instant.EPOCH);
    private long id;

    private AppendResult as(String actor, Event event) {
        Admission.Verdict verdict =
                new Admission().admit(actor, AnAppend.withId(++id).with(event).request());
        return verdict instanceof Admission.Verdict.Admitted admitted
                ? log.append(admitted.append()).toCompletableFuture().join()
                : new AppendResult.Refused(((Admission.Verdict.Refused) verdict).refusal());
    }

    private static NodeAudit.Builder audit(int asked, int missing) {
        return NodeAudit.newBuilder().setNodeId(NODE).setAsked(asked).setMissing(missing);
    }

    private static Event audited(List<NodeAudit.Builder> audits) {
        NodesAudited.Builder event = NodesAudited.newBuilder().setBeatSequence(1);
        audits.forEach(event::addAudits);
        return Event.newBuilder().setNodesAudited(event).build();
    }

    private void join() {
        NodeJoined joined = NodeJoined.newBuilder()
                .setNodeId(NODE)
                .addAddresses("/ip4/192.0.2.1/tcp/4001")
                .setCapacityBytes(1)
                .build();
        assertThat(as("client/s1", Event.newBuilder().setNodeJoined(joined).build()))
                .isInstanceOf(AppendResult.Accepted.class);
    }

    private static void refused(AppendResult result, Reason reason) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        AppendResult.Refused.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo(reason));
    }

    @Test
    void onlyMembersAndOperatorsSayWhatAnAuditFound() {
        join();

        refused(as("client/alice", audited(List.of(audit(64, 0)))), Reason.PERMISSION_DENIED);
        assertThat(as("member/m1", audited(List.of(audit(64, 0))))).isInstanceOf(AppendResult.Accepted.class);
        assertThat(as("operator/olga", audited(List.of(audit(0, 0))))).isInstanceOf(AppendResult.Accepted.class);
    }

    @Test
    void refusesAuditsOfNodesThatNeverJoined() {
        refused(as("member/m1", audited(List.of(audit(64, 0)))), Reason.UNKNOWN_NODE);
    }

    @Test
    void refusesWhatMakesNoSense() {
        join();
        refused(as("member/m1", audited(List.of())), Reason.MALFORMED_REQUEST);
        refused(as("member/m1", audited(List.of(audit(3, 4)))), Reason.MALFORMED_REQUEST);
        refused(as("member/m1", audited(List.of(audit(-1, 0)))), Reason.MALFORMED_REQUEST);
        refused(as("member/m1", audited(List.of(audit(1, 0), audit(1, 0)))), Reason.MALFORMED_REQUEST);
        refused(as("member/m1", audited(List.of(audit(1, 0).clearNodeId()))), Reason.MALFORMED_REQUEST);
        List<NodeAudit.Builder> tooMany =
                IntStream.range(0, 1_025).mapToObj(i -> audit(1, 0)).toList();
        refused(as("member/m1", audited(tooMany)), Reason.BATCH_TOO_LARGE);
    }
}
