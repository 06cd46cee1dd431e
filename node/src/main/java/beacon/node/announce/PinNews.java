package beacon.node.announce;

import beacon.proto.v1.Event;
import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.ShardFaulted;
import beacon.proto.v1.ShardMoved;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * What an event says about where copies of a manifest are.
 *
 * @param nodes that it names as having one; for {@link Kind#RELEASED} none
 */
record PinNews(Kind kind, ByteString manifest, List<ByteString> nodes) {
    /** Events that matter. */
    static final List<Integer> EVENTS = List.of(
            Event.PIN_PLACED_FIELD_NUMBER,
            Event.SHARD_MOVED_FIELD_NUMBER,
            Event.SHARD_FAULTED_FIELD_NUMBER,
            Event.PIN_RELEASED_FIELD_NUMBER);

    /** What happened. */
    enum Kind {
        /** The nodes have it, and no others. */
        PLACED,
        /** The node has it, and perhaps another no longer. */
        MOVED,
        /** The node is said not to have all of what belongs to it. */
        FAULTED,
        RELEASED
    }

    PinNews {
        nodes = List.copyOf(nodes);
    }

    /** Empty for an event that says nothing about manifests. */
    static Optional<PinNews> of(Event event) {
        return switch (event.getBodyCase()) {
            case PIN_PLACED -> Optional.of(placed(event.getPinPlaced()));
            case SHARD_MOVED -> moved(event.getShardMoved());
            case SHARD_FAULTED -> faulted(event.getShardFaulted());
            case PIN_RELEASED ->
                Optional.of(new PinNews(Kind.RELEASED, event.getPinReleased().getManifestCid(), List.of()));
            default -> Optional.empty();
        };
    }

    private static PinNews placed(PinPlaced pin) {
        List<ByteString> nodes = pin.getGroupsCount() == 0
                ? List.of()
                : pin.getGroups(0).getColumnsList().stream()
                        .filter(place -> place > 0 && place <= pin.getNodesCount())
                        .map(place -> pin.getNodes(place - 1))
                        .distinct()
                        .toList();
        return new PinNews(Kind.PLACED, pin.getManifestCid(), nodes);
    }

    private static Optional<PinNews> moved(ShardMoved moved) {
        return moved.getGroup() == 0
                ? Optional.of(new PinNews(Kind.MOVED, moved.getManifestCid(), List.of(moved.getNodeId())))
                : Optional.empty();
    }

    private static Optional<PinNews> faulted(ShardFaulted fault) {
        return fault.getGroup() == 0
                ? Optional.of(new PinNews(Kind.FAULTED, fault.getManifestCid(), List.of(fault.getNodeId())))
                : Optional.empty();
    }
}
