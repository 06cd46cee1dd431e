package beacon.views.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.model.NodeId;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeAudit;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.NodesAudited;
import beacon.views.KeyValues;
import beacon.views.MemoryKeyValues;
import beacon.views.TestLog;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodesViewTest {
    private final TestLog log = new TestLog();

    private ViewSnapshot snapshot() {
        KeyValues store = new MemoryKeyValues();
        log.run(new ViewRunner(store, List.of(new NodesView())));
        return ViewRunner.snapshot(store, new NodesView());
    }

    private NodeState node(int number) {
        try (ViewSnapshot snapshot = snapshot()) {
            return NodesView.find(snapshot, NodeId.of(TestLog.node(number))).orElseThrow();
        }
    }

    @Test
    void tellsWhatTheLogSaysOfANode() {
        long joined = log.append(TestLog.joined(1, "eu/rack-7", 5_000));

        assertThat(node(1))
                .isEqualTo(NodeState.newBuilder()
                        .setNodeId(TestLog.node(1))
                        .setCondition(NodeCondition.NODE_CONDITION_UP)
                        .addAddresses("/ip4/192.0.2.1/tcp/4001")
                        .setFailureDomain("eu/rack-7")
                        .setCapacityBytes(5_000)
                        .setJoinedSequence(joined)
                        .setChangedSequence(joined)
                        .setChangedUnixMicros(1_800_000_000_000_000L)
                        .setReliabilityMillionths(1_000_000)
                        .build());
    }

    private static Event audited(int number, int asked, int missing) {
        return Event.newBuilder()
                .setNodesAudited(NodesAudited.newBuilder()
                        .addAudits(NodeAudit.newBuilder()
                                .setNodeId(TestLog.node(number))
                                .setAsked(asked)
                                .setMissing(missing)))
                .build();
    }

    @Test
    void anAuditThatIsPassedIsAProof() {
        log.append(TestLog.joined(1, "eu", 1));
        assertThat(node(1).getProvedUnixMicros()).isZero();

        log.append(audited(1, 64, 0));

        assertThat(node(1).getProvedUnixMicros()).isPositive().isEqualTo(node(1).getAuditedUnixMicros());
        assertThat(node(1).getReliabilityMillionths()).isEqualTo(1_000_000);
    }

    @Test
    void aNodeThatLostBlocksIsTrustedLessForAWhile() {
        log.append(TestLog.joined(1, "eu", 1_000_000));
        log.append(audited(1, 10, 5));
        int after = node(1).getReliabilityMillionths();
        assertThat(after).isEqualTo(968_750);
        assertThat(node(1).getProvedUnixMicros()).isZero();
        assertThat(node(1).getAuditedUnixMicros()).isPositive();
        assertThat(NodesView.weight(node(1))).isBetween(800_000.0, 850_000.0);

        log.append(audited(1, 0, 0));
        assertThat(node(1).getReliabilityMillionths()).isEqualTo(after);
        for (int i = 0; i < 400; i++) {
            log.append(audited(1, 10, 0));
        }

        assertThat(node(1).getReliabilityMillionths()).isEqualTo(1_000_000);
    }

    @Test
    void aNodeThatJoinsAgainKeepsWhatAuditsSaid() {
        log.append(TestLog.joined(1, "eu", 1));
        log.append(audited(1, 2, 2));
        int before = node(1).getReliabilityMillionths();

        log.append(TestLog.joined(1, "us", 2));

        assertThat(node(1).getReliabilityMillionths()).isEqualTo(before);
        assertThat(node(1).getFailureDomain()).isEqualTo("us");
    }

    @Test
    void followsTheConditionOfANode() {
        log.append(TestLog.joined(1, "eu", 1));
        log.append(TestLog.down(1));
        assertThat(node(1).getCondition()).isEqualTo(NodeCondition.NODE_CONDITION_DOWN);
        assertThat(node(1).getReason()).isEqualTo("no answer");
        log.append(TestLog.up(1));
        assertThat(node(1).getCondition()).isEqualTo(NodeCondition.NODE_CONDITION_UP);
        assertThat(node(1).getReason()).isEmpty();
        log.append(TestLog.drained(1));
        assertThat(node(1).getCondition()).isEqualTo(NodeCondition.NODE_CONDITION_DRAINED);
        long left = log.append(TestLog.left(1));
        assertThat(node(1).getCondition()).isEqualTo(NodeCondition.NODE_CONDITION_LEFT);
        assertThat(node(1).getChangedSequence()).isEqualTo(left);
        assertThat(node(1).getJoinedSequence()).isEqualTo(1);
    }

    @Test
    void aDrainedNodeStaysDrainedWhenItGoesDownAndComesBack() {
        log.append(TestLog.joined(1, "eu", 1));
        log.append(TestLog.drained(1));
        log.append(TestLog.down(1));
        assertThat(node(1).getCondition()).isEqualTo(NodeCondition.NODE_CONDITION_DOWN);
        log.append(TestLog.up(1));
        assertThat(node(1).getCondition()).isEqualTo(NodeCondition.NODE_CONDITION_DRAINED);
        log.append(TestLog.joined(1, "eu", 2));
        assertThat(node(1).getCondition()).isEqualTo(NodeCondition.NODE_CONDITION_DRAINED);
        log.append(TestLog.left(1));
        log.append(TestLog.joined(1, "eu", 3));
        assertThat(node(1).getCondition()).isEqualTo(NodeCondition.NODE_CONDITION_UP);
    }

    @Test
    void nodeThatComesBackIsTheSameNodeAtItsNewPlace() {
        log.append(TestLog.joined(1, "eu/rack-1", 1_000));
        log.append(TestLog.down(1));
        log.append(TestLog.joined(1, "eu/rack-2", 2_000));

        assertThat(node(1).getFailureDomain()).isEqualTo("eu/rack-2");
        assertThat(node(1).getCapacityBytes()).isEqualTo(2_000);
        assertThat(node(1).getCondition()).isEqualTo(NodeCondition.NODE_CONDITION_UP);
        assertThat(node(1).getJoinedSequence()).isEqualTo(1);
    }

    @Test
    void listsInPagesAndByWhatIsWanted() {
        for (int i = 1; i <= 10; i++) {
            log.append(TestLog.joined(i, "eu", i));
        }
        log.append(TestLog.down(4));
        try (ViewSnapshot snapshot = snapshot()) {
            List<NodeState> first = NodesView.list(snapshot, ByteString.EMPTY, 4, node -> true);
            List<NodeState> next = NodesView.list(snapshot, first.get(3).getNodeId(), 100, node -> true);
            List<NodeState> down = NodesView.list(
                    snapshot, ByteString.EMPTY, 100, node -> node.getCondition() == NodeCondition.NODE_CONDITION_DOWN);

            assertThat(first)
                    .extracting(NodeState::getNodeId)
                    .containsExactly(TestLog.node(1), TestLog.node(2), TestLog.node(3), TestLog.node(4));
            assertThat(next).hasSize(6);
            assertThat(next.get(0).getNodeId()).isEqualTo(TestLog.node(5));
            assertThat(down).extracting(NodeState::getNodeId).containsExactly(TestLog.node(4));
            assertThat(NodesView.list(snapshot, TestLog.node(10), 5, node -> true))
                    .isEmpty();
        }
    }

    @Test
    void knowsNoNodeThatNeverJoined() {
        log.append(TestLog.joined(1, "eu", 1));
        try (ViewSnapshot snapshot = snapshot()) {
            assertThat(NodesView.find(snapshot, NodeId.of(TestLog.node(2)))).isEmpty();
        }
    }
}
