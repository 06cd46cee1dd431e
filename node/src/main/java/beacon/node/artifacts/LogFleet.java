package beacon.node.artifacts;

import beacon.dht.wire.Multiaddr;
import beacon.dht.wire.PeerId;
import beacon.dht.wire.WireException;
import beacon.index.client.BeaconClient;
import beacon.index.client.EventCursor;
import beacon.proto.v1.Event;
import beacon.proto.v1.EventFilter;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.ListRequest;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.RecordedEvent;
import beacon.proto.v1.ReplayRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The storage nodes as the log tells of them: read once from its beginning, from then on only what is new. */
public final class LogFleet {
    private static final List<Integer> HEARD = List.of(
            Event.NODE_JOINED_FIELD_NUMBER,
            Event.NODE_LEFT_FIELD_NUMBER,
            Event.NODE_WENT_DOWN_FIELD_NUMBER,
            Event.NODE_CAME_UP_FIELD_NUMBER,
            Event.NODE_DRAINED_FIELD_NUMBER);

    private final BeaconClient client;
    private final Map<ByteString, NodeState> states = new LinkedHashMap<>();
    private long heard;

    /** A fleet of which nothing is known before {@link #refresh}. */
    public LogFleet(BeaconClient client) {
        this.client = client;
    }

    /**
     * Reads what is new.
     *
     * @throws beacon.index.client.ClientException when the index does not answer
     */
    public synchronized void refresh() {
        // A linearizable read says where the log ends; a replay alone might be that of a member that is behind.
        long end = BeaconClient.await(client.list(
                        ListRequest.newBuilder().setPrefix("-").setPageSize(1).build()))
                .getPosition()
                .getSequence();
        if (end <= heard) {
            return;
        }
        ReplayRequest request = ReplayRequest.newBuilder()
                .setFirstSequence(heard + 1)
                .setLastSequence(end)
                .setFilter(EventFilter.newBuilder().addAllEventTypes(HEARD))
                .build();
        try (EventCursor cursor = client.replay(request)) {
            for (EventFrame frame = cursor.next(); frame != null; frame = cursor.next()) {
                for (ByteString bytes : frame.getEventsList()) {
                    hear(RecordedEvent.parseFrom(bytes).getEvent());
                }
                heard = Math.max(heard, frame.getThroughSequence());
            }
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactException(
                    ArtifactException.Reason.MALFORMED, "expected recorded events, but found other bytes", e);
        }
        heard = Math.max(heard, end);
    }

    private void hear(Event event) {
        switch (event.getBodyCase()) {
            case NODE_JOINED -> joined(event.getNodeJoined());
            case NODE_LEFT ->
                changed(
                        event.getNodeLeft().getNodeId(),
                        NodeCondition.NODE_CONDITION_LEFT,
                        event.getNodeLeft().getReason());
            case NODE_WENT_DOWN ->
                changed(
                        event.getNodeWentDown().getNodeId(),
                        NodeCondition.NODE_CONDITION_DOWN,
                        event.getNodeWentDown().getReason());
            case NODE_CAME_UP -> changed(event.getNodeCameUp().getNodeId(), NodeCondition.NODE_CONDITION_UP, "");
            case NODE_DRAINED ->
                changed(
                        event.getNodeDrained().getNodeId(),
                        NodeCondition.NODE_CONDITION_DRAINED,
                        event.getNodeDrained().getReason());
            default -> {
                // Others are not asked for.
            }
        }
    }

    private void joined(NodeJoined joined) {
        states.put(
                joined.getNodeId(),
                NodeState.newBuilder()
                        .setNodeId(joined.getNodeId())
                        .setCondition(NodeCondition.NODE_CONDITION_UP)
                        .addAllAddresses(joined.getAddressesList())
                        .setFailureDomain(joined.getFailureDomain())
                        .setCapacityBytes(joined.getCapacityBytes())
                        .build());
    }

    private void changed(ByteString id, NodeCondition condition, String reason) {
        states.computeIfPresent(
                id,
                (key, state) -> state.toBuilder()
                        .setCondition(condition)
                        .setReason(reason)
                        .build());
    }

    /** What the log says of a node. */
    public synchronized Optional<NodeState> state(PeerId node) {
        return Optional.ofNullable(states.get(node.bytes()));
    }

    /** All nodes whose name and addresses can be read. */
    public synchronized List<FleetNode> nodes() {
        List<FleetNode> nodes = new ArrayList<>();
        states.values().forEach(state -> node(state).ifPresent(nodes::add));
        return nodes;
    }

    /** The node, when its name and addresses can be read. */
    public static Optional<FleetNode> node(NodeState state) {
        try {
            return Optional.of(new FleetNode(
                    new PeerId(state.getNodeId()),
                    state.getAddressesList().stream().map(Multiaddr::parse).toList(),
                    state.getFailureDomain(),
                    state.getCapacityBytes(),
                    isUp(state),
                    state.getCondition() != NodeCondition.NODE_CONDITION_LEFT));
        } catch (WireException unreadable) {
            // Anybody may append that a node joined; one that nobody can reach is none.
            return Optional.empty();
        }
    }

    public static boolean isUp(NodeState state) {
        return state.getCondition() == NodeCondition.NODE_CONDITION_UP;
    }

    public static boolean isDrained(NodeState state) {
        return state.getCondition() == NodeCondition.NODE_CONDITION_DRAINED;
    }
}
