package beacon.model;

import beacon.proto.v1.PinPlaced;
import beacon.proto.v1.ShardFault;
import beacon.proto.v1.ShardFaulted;
import beacon.proto.v1.ShardMoved;

/** The part of {@link EventCodec} about pins. */
final class PinCodec {
    private PinCodec() {}

    static Event placed(PinPlaced event) {
        return new Event.PinPlaced(
                Cid.of(event.getManifestCid()),
                event.getNodesList(),
                event.getGroupsList().stream()
                        .map(group -> new Event.ShardGroup(
                                group.getDataShards(),
                                group.getParityShards(),
                                group.getBlocks(),
                                group.getColumnBytes(),
                                group.getColumnsList()))
                        .toList());
    }

    static Event moved(ShardMoved event) {
        Event.MoveCause cause = switch (event.getCause()) {
            case MOVE_CAUSE_REPAIRED -> Event.MoveCause.REPAIRED;
            case MOVE_CAUSE_DRAINED -> Event.MoveCause.DRAINED;
            case MOVE_CAUSE_FILLED -> Event.MoveCause.FILLED;
            case MOVE_CAUSE_SPREAD -> Event.MoveCause.SPREAD;
            case MOVE_CAUSE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("expected a known cause of a move, but found another");
        };
        return new Event.ShardMoved(
                Cid.of(event.getManifestCid()),
                event.getGroup(),
                event.getColumn(),
                event.getNodeId(),
                cause,
                event.getBeatSequence());
    }

    static Event faulted(ShardFaulted event) {
        return new Event.ShardFaulted(
                Cid.of(event.getManifestCid()),
                event.getGroup(),
                event.getColumn(),
                event.getNodeId(),
                event.getFault() == ShardFault.SHARD_FAULT_CORRUPT,
                event.getBlocksList().stream().map(Cid::of).toList());
    }
}
