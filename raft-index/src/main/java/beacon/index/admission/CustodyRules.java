package beacon.index.admission;

import beacon.model.CustodyNames;
import beacon.proto.v1.Event;
import beacon.proto.v1.HeaderSet;
import beacon.proto.v1.KeyRecorded;
import beacon.proto.v1.KeyState;
import beacon.proto.v1.KeyStateChanged;
import beacon.proto.v1.OpeningDecided;
import beacon.proto.v1.RitualAborted;
import beacon.proto.v1.WrapDecision;
import com.google.protobuf.ByteString;
import java.util.List;

/** Shape and limits of the events of the key plane. */
final class CustodyRules {
    private static final int MAX_HEADER_BYTES = 48 * 1024;
    private static final int MAX_RECORD_BYTES = 60 * 1024;
    private static final int MAX_STATEMENT_BYTES = 16 * 1024;
    private static final int MAX_ID_BYTES = 64;
    private static final int MAX_ITEMS = 64;
    /** {@code did:key} of the longest key, with room. */
    private static final int MAX_SUBJECT = 512;

    private CustodyRules() {}

    static void check(Event event) throws Inadmissible {
        switch (event.getBodyCase()) {
            case HEADER_SET -> header(event.getHeaderSet());
            case KEY_STATE_CHANGED -> state(event.getKeyStateChanged());
            case KEY_RECORDED -> record(event.getKeyRecorded());
            case REVOCATION_RECORDED ->
                size(event.getRevocationRecorded().getStatement(), "statement", 1, MAX_STATEMENT_BYTES);
            case OPENING_DECIDED -> opening(event.getOpeningDecided());
            case RITUAL_ABORTED -> aborted(event.getRitualAborted());
            default -> throw new IllegalArgumentException("expected an event of the key plane");
        }
    }

    /** Each event of an append is judged by the state before it; so what depends on the other does not come together. */
    static void refuseMixture(List<Event> events) throws Inadmissible {
        long changes = events.stream().filter(Event::hasKeyStateChanged).count();
        if (changes > 1 || (changes == 1 && events.stream().anyMatch(Event::hasHeaderSet))) {
            throw EventRules.malformed(
                    "one change of a key's state in an append and no headers beside it", "more in one append");
        }
    }

    private static void header(HeaderSet header) throws Inadmissible {
        EventRules.cid(header.getManifestCid(), "manifest_cid");
        keyId(header.getKeyId(), "key_id", 1);
        size(header.getHeader(), "header", 1, MAX_HEADER_BYTES);
    }

    private static void state(KeyStateChanged change) throws Inadmissible {
        keyId(change.getKeyId(), "key_id", 1);
        boolean active = change.getState() == KeyState.KEY_STATE_ACTIVE;
        if (change.getState() == KeyState.KEY_STATE_UNSPECIFIED || change.getState() == KeyState.UNRECOGNIZED) {
            throw EventRules.malformed("a known state of a key", "number " + change.getStateValue());
        }
        if (!active && (change.getDropBox() || !change.getReplaces().isEmpty())) {
            throw EventRules.malformed("drop_box and replaces with an active key only", "another state");
        }
        keyId(change.getReplaces(), "replaces", 0);
        EventRules.text(change.getReason(), "reason", 0, EventRules.MAX_TEXT);
    }

    private static void record(KeyRecorded record) throws Inadmissible {
        keyId(record.getKeyId(), "key_id", 1);
        if (record.getEpoch() < 0) {
            throw EventRules.malformed("an epoch below 2^31", Integer.toUnsignedString(record.getEpoch()));
        }
        size(record.getRecord(), "record", 1, MAX_RECORD_BYTES);
    }

    private static void opening(OpeningDecided opening) throws Inadmissible {
        size(opening.getRequestId(), "request_id", 1, MAX_ID_BYTES);
        keyId(opening.getKeyId(), "key_id", 0);
        EventRules.text(opening.getSubject(), "subject", 0, MAX_SUBJECT);
        EventRules.text(opening.getPurpose(), "purpose", 0, EventRules.MAX_TEXT);
        EventRules.text(opening.getRefused(), "refused", 0, MAX_SUBJECT);
        if (opening.getWrapsCount() > MAX_ITEMS) {
            throw EventRules.tooLarge("wraps", MAX_ITEMS, opening.getWrapsCount());
        }
        for (WrapDecision wrap : opening.getWrapsList()) {
            size(wrap.getWrapId(), "wraps.wrap_id", 1, MAX_ID_BYTES);
            EventRules.text(wrap.getPolicy(), "wraps.policy", 0, EventRules.MAX_LABEL);
            EventRules.text(wrap.getRefused(), "wraps.refused", 0, MAX_SUBJECT);
        }
    }

    private static void aborted(RitualAborted aborted) throws Inadmissible {
        EventRules.text(aborted.getRitualId(), "ritual_id", 1, EventRules.MAX_LABEL);
        if (aborted.getBlamedCount() > MAX_ITEMS) {
            throw EventRules.tooLarge("blamed", MAX_ITEMS, aborted.getBlamedCount());
        }
        for (String blamed : aborted.getBlamedList()) {
            EventRules.text(blamed, "blamed", 1, EventRules.MAX_TEXT);
        }
    }

    private static void keyId(ByteString id, String field, int min) throws Inadmissible {
        size(id, field, min, CustodyNames.MAX_KEY_ID_BYTES);
    }

    private static void size(ByteString bytes, String field, int min, int max) throws Inadmissible {
        if (bytes.size() < min || bytes.size() > max) {
            throw EventRules.malformed("%s of %d to %d bytes".formatted(field, min, max), bytes.size() + " bytes");
        }
    }
}
