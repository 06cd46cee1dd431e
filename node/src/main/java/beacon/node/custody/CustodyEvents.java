package beacon.node.custody;

import beacon.keys.authority.CustodyEvent;
import beacon.proto.v1.Event;
import beacon.proto.v1.KeyRecorded;
import beacon.proto.v1.OpeningDecided;
import beacon.proto.v1.RevocationRecorded;
import beacon.proto.v1.RitualAborted;
import beacon.proto.v1.WrapDecision;

/** What a custodian decided, as an event that the log takes. Time and custodian are the log's to say. */
public final class CustodyEvents {
    private static final int MAX_TEXT = 256;
    private static final int MAX_REASON = 512;
    private static final int MAX_BLAMED = 64;

    private CustodyEvents() {}

    /** The event as the log takes it. */
    public static Event of(CustodyEvent event) {
        Event.Builder kept = Event.newBuilder();
        if (event instanceof CustodyEvent.Decided decided) {
            kept.setOpeningDecided(decided(decided));
        } else if (event instanceof CustodyEvent.Refused refused) {
            kept.setOpeningDecided(OpeningDecided.newBuilder()
                    .setRequestId(refused.requestId())
                    .setKeyId(refused.keyId())
                    .setSubject(cut(refused.subject(), MAX_REASON))
                    .setRefused(cut(refused.reason(), MAX_REASON)));
        } else if (event instanceof CustodyEvent.Recorded recorded) {
            kept.setKeyRecorded(KeyRecorded.newBuilder()
                    .setKeyId(recorded.keyId())
                    .setEpoch(recorded.epoch())
                    .setRecord(recorded.record()));
        } else if (event instanceof CustodyEvent.Aborted aborted) {
            kept.setRitualAborted(RitualAborted.newBuilder()
                    .setRitualId(aborted.ritualId())
                    .addAllBlamed(aborted.blamed().stream()
                            .limit(MAX_BLAMED)
                            .map(blamed -> cut(blamed, MAX_TEXT))
                            .toList()));
        } else if (event instanceof CustodyEvent.Revoked revoked) {
            kept.setRevocationRecorded(RevocationRecorded.newBuilder().setStatement(revoked.statement()));
        }
        return kept.build();
    }

    private static OpeningDecided decided(CustodyEvent.Decided decided) {
        OpeningDecided.Builder kept = OpeningDecided.newBuilder()
                .setRequestId(decided.requestId())
                .setKeyId(decided.keyId())
                .setSubject(cut(decided.subject(), MAX_REASON))
                .setPurpose(cut(decided.purpose(), MAX_TEXT));
        decided.items()
                .forEach(item -> kept.addWraps(WrapDecision.newBuilder()
                        .setWrapId(item.wrapId())
                        .setPolicy(item.policy())
                        .setRefused(cut(item.refused(), MAX_REASON))));
        return kept.build();
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
