package beacon.index.admission;

import beacon.model.Address;
import beacon.model.Cid;
import beacon.model.CustodyNames;
import beacon.model.MalformedAddress;
import beacon.model.MalformedCid;
import beacon.model.MalformedNodeId;
import beacon.model.NodeId;
import beacon.model.PinNames;
import beacon.model.PolicyNames;
import beacon.model.Reason;
import beacon.proto.v1.BeatKind;
import beacon.proto.v1.BeatStruck;
import beacon.proto.v1.DecisionRecorded;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeAudit;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.NodesAudited;
import beacon.proto.v1.PolicyChanged;
import beacon.proto.v1.Setting;
import com.google.protobuf.ByteString;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Shape and limits of each kind of event. What depends on the state is decided in {@code beacon.index.state}. */
final class EventRules {
    private static final String SCHEME = "ucxl://";
    static final int MAX_EVENT_BYTES = 64_000;
    static final int MAX_PAYLOAD_BYTES = 60 * 1024;
    private static final String LABEL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-";
    static final int MAX_LABEL = 128;
    private static final int MAX_CITATIONS = 64;
    private static final int MAX_NODE_ADDRESSES = 16;
    static final int MAX_TEXT = 256;
    private static final int MAX_SCOPE = 1400;
    private static final int MAX_AUDITS = 1_024;
    private static final int MAX_SETTINGS = 64;
    private static final int MAX_SETTING_VALUE = 512;

    /** The bytes to keep of an event that may reach the log. */
    ByteString admit(Event event) throws Inadmissible {
        Event canonical = switch (event.getBodyCase()) {
            case POINTER_SET -> pointer(event);
            case POINTER_REMOVED -> removed(event);
            case DECISION_RECORDED -> decision(event);
            case NODE_JOINED, NODE_LEFT, NODE_WENT_DOWN, NODE_CAME_UP, NODE_DRAINED, NODES_AUDITED -> aboutNodes(event);
            case BEAT_STRUCK -> {
                beat(event.getBeatStruck());
                yield event;
            }
            case POLICY_CHANGED -> {
                policy(event.getPolicyChanged());
                yield event;
            }
            case HEADER_SET, KEY_STATE_CHANGED, KEY_RECORDED, REVOCATION_RECORDED, OPENING_DECIDED, RITUAL_ABORTED -> {
                CustodyRules.check(event);
                yield event;
            }
            case PIN_PLACED, SHARD_MOVED, SHARD_FAULTED, PIN_RELEASED -> {
                PinRules.check(event);
                yield event;
            }
            case TOMBSTONE_PROPOSED,
                    TOMBSTONE_VOTED,
                    TOMBSTONE_WITHDRAWN,
                    HOLD_PLACED,
                    HOLD_LIFTED,
                    HEADER_ERASED,
                    NODE_SWEPT -> {
                DeletionRules.check(event);
                yield event;
            }
            case HISTORY_RESTORED, SEQUENCE_VOIDED ->
                throw new Inadmissible(
                        Reason.UNKNOWN_EVENT_TYPE,
                        "expected an event that a client may append, but found one that only a restore makes");
            case BODY_NOT_SET -> throw unknownKind(event);
        };
        int size = canonical.getSerializedSize();
        if (size > MAX_EVENT_BYTES) {
            throw new Inadmissible(
                    Reason.PAYLOAD_TOO_LARGE,
                    "expected an event of at most %d bytes, but found %d".formatted(MAX_EVENT_BYTES, size));
        }
        return canonical.toByteString();
    }

    private static Event aboutNodes(Event event) throws Inadmissible {
        return switch (event.getBodyCase()) {
            case NODE_JOINED -> {
                nodeJoined(event.getNodeJoined());
                yield event;
            }
            case NODE_LEFT ->
                node(event, event.getNodeLeft().getNodeId(), event.getNodeLeft().getReason());
            case NODE_WENT_DOWN ->
                node(
                        event,
                        event.getNodeWentDown().getNodeId(),
                        event.getNodeWentDown().getReason());
            case NODE_CAME_UP -> node(event, event.getNodeCameUp().getNodeId(), "");
            case NODE_DRAINED ->
                node(
                        event,
                        event.getNodeDrained().getNodeId(),
                        event.getNodeDrained().getReason());
            case NODES_AUDITED -> {
                audits(event.getNodesAudited());
                yield event;
            }
            default -> throw new IllegalArgumentException("expected an event about nodes");
        };
    }

    private static Inadmissible unknownKind(Event event) {
        Set<Integer> fields = event.getUnknownFields().asMap().keySet();
        return fields.isEmpty()
                ? new Inadmissible(Reason.MALFORMED_REQUEST, "expected an event with a body, but found an empty one")
                : new Inadmissible(
                        Reason.UNKNOWN_EVENT_TYPE,
                        "expected an event kind that this server knows, but found field %s; upgrade the server first"
                                .formatted(fields));
    }

    private static Event pointer(Event event) throws Inadmissible {
        String text = event.getPointerSet().getAddress();
        String canonical = canonicalLatest(text);
        refuseReserved(canonical);
        cid(event.getPointerSet().getCid(), "cid");
        return canonical.equals(text)
                ? event
                : event.toBuilder()
                        .setPointerSet(event.getPointerSet().toBuilder().setAddress(canonical))
                        .build();
    }

    private static Event removed(Event event) throws Inadmissible {
        String text = event.getPointerRemoved().getAddress();
        String canonical = canonicalLatest(text);
        refuseReserved(canonical);
        text(event.getPointerRemoved().getReason(), "reason", 0, MAX_TEXT);
        return canonical.equals(text)
                ? event
                : event.toBuilder()
                        .setPointerRemoved(event.getPointerRemoved().toBuilder().setAddress(canonical))
                        .build();
    }

    /** What only the log's own rules write; a pointer of anybody else's would look like one of them. */
    private static void refuseReserved(String canonical) throws Inadmissible {
        for (String names : List.of(CustodyNames.HEADERS, PinNames.PINS)) {
            if (canonical.startsWith(names, SCHEME.length())) {
                throw new Inadmissible(
                        Reason.PERMISSION_DENIED,
                        "expected a pointer elsewhere than below ucxl://%s, where headers and pins are"
                                .formatted(names));
            }
        }
    }

    private static Event decision(Event event) throws Inadmissible {
        DecisionRecorded decision = event.getDecisionRecorded();
        String canonical = canonicalLatest(decision.getAddress());
        label(decision.getId(), "id");
        text(decision.getAuthor(), "author", 1, MAX_LABEL);
        text(decision.getMediaType(), "media_type", 0, MAX_LABEL);
        if (decision.getSupersedes() < 0) {
            throw malformed("supersedes below 2^63", Long.toUnsignedString(decision.getSupersedes()));
        }
        if (decision.getCitationsCount() > MAX_CITATIONS) {
            throw tooLarge("citations", MAX_CITATIONS, decision.getCitationsCount());
        }
        switch (decision.getContentCase()) {
            case PAYLOAD -> {
                if (decision.getPayload().size() > MAX_PAYLOAD_BYTES) {
                    throw new Inadmissible(
                            Reason.PAYLOAD_TOO_LARGE,
                            "expected an inline payload of at most %d bytes, but found %d; store it and give its CID"
                                    .formatted(
                                            MAX_PAYLOAD_BYTES,
                                            decision.getPayload().size()));
                }
            }
            case PAYLOAD_CID -> cid(decision.getPayloadCid(), "payload_cid");
            case CONTENT_NOT_SET -> {
                // A decision may stand for itself.
            }
        }
        return canonical.equals(decision.getAddress())
                ? event
                : event.toBuilder()
                        .setDecisionRecorded(decision.toBuilder().setAddress(canonical))
                        .build();
    }

    private static void nodeJoined(NodeJoined joined) throws Inadmissible {
        nodeId(joined.getNodeId());
        if (joined.getAddressesCount() > MAX_NODE_ADDRESSES) {
            throw tooLarge("addresses", MAX_NODE_ADDRESSES, joined.getAddressesCount());
        }
        for (String address : joined.getAddressesList()) {
            text(address, "addresses", 1, MAX_TEXT);
        }
        text(joined.getFailureDomain(), "failure_domain", 0, MAX_TEXT);
    }

    private static Event node(Event event, ByteString nodeId, String reason) throws Inadmissible {
        nodeId(nodeId);
        text(reason, "reason", 0, MAX_TEXT);
        return event;
    }

    private static void audits(NodesAudited audited) throws Inadmissible {
        if (audited.getAuditsCount() < 1) {
            throw malformed("one or more audits", "none");
        }
        if (audited.getAuditsCount() > MAX_AUDITS) {
            throw tooLarge("audits", MAX_AUDITS, audited.getAuditsCount());
        }
        Set<ByteString> nodes = new LinkedHashSet<>();
        for (NodeAudit audit : audited.getAuditsList()) {
            nodeId(audit.getNodeId());
            if (!nodes.add(audit.getNodeId())) {
                throw malformed("each of the nodes once", "one of them twice");
            }
            if (audit.getAsked() < 0 || audit.getMissing() < 0 || audit.getMissing() > audit.getAsked()) {
                throw malformed(
                        "at most as many blocks missing as were asked for",
                        "%s of %s"
                                .formatted(
                                        Integer.toUnsignedString(audit.getMissing()),
                                        Integer.toUnsignedString(audit.getAsked())));
            }
        }
    }

    private static void beat(BeatStruck beat) throws Inadmissible {
        if (beat.getKind() != BeatKind.BEAT_KIND_PULSE && beat.getKind() != BeatKind.BEAT_KIND_REVERB) {
            throw malformed("a pulse or a reverb as kind of beat", "number " + beat.getKindValue());
        }
        if (beat.getBeatIndex() < 0) {
            throw malformed("a beat index below 2^63", Long.toUnsignedString(beat.getBeatIndex()));
        }
        text(beat.getSource(), "source", 1, MAX_LABEL);
        text(beat.getWindowId(), "window_id", 0, MAX_LABEL);
    }

    private static void policy(PolicyChanged policy) throws Inadmissible {
        label(policy.getName(), "name");
        text(policy.getScope(), "scope", 0, MAX_SCOPE);
        if (policy.getSettingsCount() > MAX_SETTINGS) {
            throw tooLarge("settings", MAX_SETTINGS, policy.getSettingsCount());
        }
        Set<String> keys = new TreeSet<>();
        for (Setting setting : policy.getSettingsList()) {
            label(setting.getKey(), "settings.key");
            text(setting.getValue(), "settings.value", 0, MAX_SETTING_VALUE);
            if (!keys.add(setting.getKey())) {
                throw malformed("each settings key once", "\"" + setting.getKey() + "\" twice");
            }
        }
        if (policy.getName().equals(PolicyNames.RETENTION)) {
            DeletionRules.retention(policy);
        }
    }

    private static String canonicalLatest(String text) throws Inadmissible {
        try {
            Address address = Address.parse(text);
            if (!address.isLatest()) {
                throw new Inadmissible(
                        Reason.MALFORMED_ADDRESS,
                        "expected a write to name *^, but found %s".formatted(address.temporal()));
            }
            return address.toString();
        } catch (MalformedAddress e) {
            throw new Inadmissible(Reason.MALFORMED_ADDRESS, String.valueOf(e.getMessage()));
        }
    }

    static void cid(ByteString bytes, String field) throws Inadmissible {
        try {
            Cid.of(bytes);
        } catch (MalformedCid e) {
            throw new Inadmissible(Reason.MALFORMED_CID, field + ": " + e.getMessage());
        }
    }

    static void nodeId(ByteString id) throws Inadmissible {
        try {
            NodeId.of(id);
        } catch (MalformedNodeId e) {
            throw new Inadmissible(Reason.MALFORMED_REQUEST, "node_id: " + e.getMessage());
        }
    }

    static void label(String text, String field) throws Inadmissible {
        text(text, field, 1, MAX_LABEL);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (LABEL.indexOf(c) < 0) {
                throw malformed(field + " made of [A-Za-z0-9._:-]", "another character at position " + i);
            }
        }
    }

    static void text(String text, String field, int min, int max) throws Inadmissible {
        if (text.length() < min || text.length() > max) {
            throw malformed("%s of %d to %d characters".formatted(field, min, max), text.length() + " characters");
        }
    }

    static Inadmissible tooLarge(String field, int max, int found) {
        return new Inadmissible(
                Reason.BATCH_TOO_LARGE, "expected at most %d %s, but found %d".formatted(max, field, found));
    }

    static Inadmissible malformed(String expected, String found) {
        return new Inadmissible(Reason.MALFORMED_REQUEST, "expected %s, but found %s".formatted(expected, found));
    }
}
