package beacon.model;

import beacon.proto.v1.HoldLifted;
import beacon.proto.v1.HoldPlaced;
import beacon.proto.v1.TombstoneProposed;
import beacon.proto.v1.TombstoneVoted;
import beacon.proto.v1.TombstoneWithdrawn;

/** The events about deletion. */
final class DeletionCodec {
    private DeletionCodec() {}

    static Event decode(beacon.proto.v1.Event event) {
        return switch (event.getBodyCase()) {
            case TOMBSTONE_PROPOSED -> {
                TombstoneProposed proposed = event.getTombstoneProposed();
                yield new Event.TombstoneProposed(Cid.of(proposed.getManifestCid()), proposed.getReason());
            }
            case TOMBSTONE_VOTED -> {
                TombstoneVoted voted = event.getTombstoneVoted();
                yield new Event.TombstoneVoted(Cid.of(voted.getManifestCid()), voted.getNodeId(), voted.getProposal());
            }
            case TOMBSTONE_WITHDRAWN -> {
                TombstoneWithdrawn withdrawn = event.getTombstoneWithdrawn();
                yield new Event.TombstoneWithdrawn(Cid.of(withdrawn.getManifestCid()), withdrawn.getReason());
            }
            case HOLD_PLACED -> {
                HoldPlaced placed = event.getHoldPlaced();
                yield new Event.HoldPlaced(Cid.of(placed.getManifestCid()), placed.getName(), placed.getReason());
            }
            case HOLD_LIFTED -> {
                HoldLifted lifted = event.getHoldLifted();
                yield new Event.HoldLifted(Cid.of(lifted.getManifestCid()), lifted.getName(), lifted.getReason());
            }
            case HEADER_ERASED ->
                new Event.HeaderErased(Cid.of(event.getHeaderErased().getManifestCid()));
            default -> throw new IllegalArgumentException("expected an event about deletion");
        };
    }
}
