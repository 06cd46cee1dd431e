package beacon.node.storage;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.libp2p.PeerKeys;
import beacon.dht.wire.Multiaddr;
import beacon.node.artifacts.FleetNode;
import beacon.proto.v1.Event;
import beacon.proto.v1.Event.BodyCase;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnrolmentTest {
    private static final FleetNode SELF = new FleetNode(
            new PeerKeys(new byte[32]).peerId(),
            List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/4001")),
            "eu/rack-1",
            1 << 30,
            1 << 30,
            true,
            true);

    private static NodeState known(NodeCondition condition) {
        return NodeState.newBuilder()
                .setNodeId(SELF.id().bytes())
                .addAddresses("/ip4/127.0.0.1/tcp/4001")
                .setFailureDomain("eu/rack-1")
                .setCapacityBytes(1 << 30)
                .setCondition(condition)
                .setReason("because")
                .build();
    }

    private static List<BodyCase> kinds(NodeState known) {
        return Enrolment.events(SELF, Optional.ofNullable(known)).stream()
                .map(Event::getBodyCase)
                .toList();
    }

    @Test
    void saysNothingThatTheLogSaysAlready() {
        assertThat(kinds(known(NodeCondition.NODE_CONDITION_UP))).isEmpty();
        assertThat(kinds(known(NodeCondition.NODE_CONDITION_DRAINED))).isEmpty();
    }

    @Test
    void joinsWhenItIsUnknownWentDownLeftOrChanged() {
        NodeState up = known(NodeCondition.NODE_CONDITION_UP);

        assertThat(kinds(null)).containsExactly(BodyCase.NODE_JOINED);
        assertThat(kinds(known(NodeCondition.NODE_CONDITION_DOWN))).containsExactly(BodyCase.NODE_JOINED);
        assertThat(kinds(known(NodeCondition.NODE_CONDITION_LEFT))).containsExactly(BodyCase.NODE_JOINED);
        for (NodeState changed : List.of(
                up.toBuilder().setAddresses(0, "/ip4/127.0.0.1/tcp/4002").build(),
                up.toBuilder().setFailureDomain("eu/rack-2").build(),
                up.toBuilder().setCapacityBytes(1).build())) {
            assertThat(kinds(changed)).containsExactly(BodyCase.NODE_JOINED);
        }
    }

    @Test
    void aDrainedNodeThatMovesSaysWhereItIs() {
        NodeState drained = known(NodeCondition.NODE_CONDITION_DRAINED).toBuilder()
                .setAddresses(0, "/ip4/127.0.0.1/tcp/4002")
                .build();

        assertThat(kinds(drained)).containsExactly(BodyCase.NODE_JOINED);
    }
}
