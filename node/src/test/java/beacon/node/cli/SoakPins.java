package beacon.node.cli;

import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.client.EventCursor;
import beacon.proto.v1.Event;
import beacon.proto.v1.EventFilter;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.RecordedEvent;
import beacon.proto.v1.ReplayRequest;
import beacon.proto.v1.ShardGroup;
import beacon.proto.v1.ShardMoved;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the log says that columns are: folded here from the events, not asked of the projections that are to be judged. */
final class SoakPins {
    private final BeaconClient client;
    private final Map<ByteString, List<List<String>>> pins = new HashMap<>();
    private long next = 1;

    SoakPins(BeaconClient client) {
        this.client = client;
    }

    /**
     * A column.
     *
     * @param node that is to have it; empty for none
     * @param copies nodes that are to have the manifest
     */
    record Column(ByteString manifest, int group, int number, String node, List<PeerId> copies) {}

    /** All columns of all pins, as of now. */
    synchronized List<Column> columns() {
        follow();
        List<Column> columns = new ArrayList<>();
        pins.forEach((manifest, groups) -> {
            List<PeerId> copies = groups.get(0).stream()
                    .filter(node -> !node.isEmpty())
                    .map(PeerId::parse)
                    .toList();
            for (int group = 0; group < groups.size(); group++) {
                List<String> nodes = groups.get(group);
                for (int number = 0; number < nodes.size(); number++) {
                    columns.add(new Column(manifest, group, number, nodes.get(number), copies));
                }
            }
        });
        return columns;
    }

    private void follow() {
        ReplayRequest request = ReplayRequest.newBuilder()
                .setFirstSequence(next)
                .setFilter(EventFilter.getDefaultInstance())
                .build();
        try (EventCursor cursor = client.replay(request)) {
            for (EventFrame frame = cursor.next(); frame != null; frame = cursor.next()) {
                for (ByteString bytes : frame.getEventsList()) {
                    RecordedEvent recorded = RecordedEvent.parseFrom(bytes);
                    see(recorded.getEvent());
                    next = recorded.getSequence() + 1;
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("expected events", e);
        }
    }

    private void see(Event event) {
        if (event.hasPinPlaced()) {
            PinPlaced placed = event.getPinPlaced();
            List<List<String>> groups = new ArrayList<>();
            for (ShardGroup group : placed.getGroupsList()) {
                List<String> nodes = new ArrayList<>();
                group.getColumnsList().forEach(at -> nodes.add(at == 0 ? "" : name(placed.getNodes(at - 1))));
                groups.add(nodes);
            }
            pins.put(placed.getManifestCid(), groups);
        } else if (event.hasShardMoved()) {
            ShardMoved moved = event.getShardMoved();
            pins.get(moved.getManifestCid()).get(moved.getGroup()).set(moved.getColumn(), name(moved.getNodeId()));
        }
    }

    private static String name(ByteString node) {
        return new PeerId(node).toString();
    }
}
