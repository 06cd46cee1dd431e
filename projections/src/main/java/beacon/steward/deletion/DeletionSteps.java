package beacon.steward.deletion;

import beacon.model.Cid;
import beacon.proto.v1.Deletion;
import beacon.proto.v1.Event;
import beacon.proto.v1.HeaderErased;
import beacon.proto.v1.PinReleased;
import beacon.proto.v1.TombstoneWithdrawn;
import java.util.List;
import java.util.Optional;

/**
 * What a leader appends for a tombstone: a release together with the header when it has its votes since the grace, or a
 * withdrawal when an address points at the artifact. The log checks the votes and the holds again.
 */
public final class DeletionSteps {
    private static final int MAX_REASON = 200;

    private DeletionSteps() {}

    /**
     * Events that belong into one append; none when nothing is due.
     *
     * @param nowMicros present time of the log
     * @param graceMicros between the votes and the release
     */
    public static List<Event> due(Deletion deletion, long nowMicros, long graceMicros) {
        Cid manifest = Cid.of(deletion.getTombstone().getManifestCid());
        if (DeletionJudge.isRemembered(deletion)) {
            return release(manifest, "released before the log was restored");
        }
        if (deletion.getLiveAddressesCount() > 0 && deletion.getTombstone().getProposedSequence() > 0) {
            return List.of(withdrawal(manifest, "points here: " + deletion.getLiveAddresses(0)));
        }
        Optional<Long> voted = DeletionJudge.votedAt(deletion);
        boolean due = voted.isPresent()
                && voted.get() + graceMicros <= nowMicros
                && DeletionJudge.isFree(deletion, nowMicros);
        return due ? release(manifest, deletion.getTombstone().getReason()) : List.of();
    }

    /** A release, which the log refuses without its votes. */
    public static List<Event> release(Cid manifest, String reason) {
        return List.of(
                Event.newBuilder()
                        .setPinReleased(PinReleased.newBuilder()
                                .setManifestCid(manifest.bytes())
                                .setReason(reason))
                        .build(),
                Event.newBuilder()
                        .setHeaderErased(HeaderErased.newBuilder().setManifestCid(manifest.bytes()))
                        .build());
    }

    private static Event withdrawal(Cid manifest, String reason) {
        String shown = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
        return Event.newBuilder()
                .setTombstoneWithdrawn(TombstoneWithdrawn.newBuilder()
                        .setManifestCid(manifest.bytes())
                        .setReason(shown))
                .build();
    }
}
