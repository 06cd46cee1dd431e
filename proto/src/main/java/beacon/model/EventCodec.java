package beacon.model;

import beacon.proto.v1.BeatKind;
import beacon.proto.v1.HeaderSet;
import beacon.proto.v1.KeyRecorded;
import beacon.proto.v1.KeyStateChanged;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.OpeningDecided;
import beacon.proto.v1.PolicyChanged;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** From the bytes of an event that admission let pass to the word for it. */
public final class EventCodec {
    private static final String SCHEME = "ucxl://";
    private static final String LATEST = "/*^";

    private EventCodec() {}

    /**
     * Reads the bytes of an admitted event.
     *
     * @throws IllegalArgumentException when they are not one; admission refuses those, so it is a bug or damage
     */
    public static Event decode(ByteString bytes) {
        try {
            CodedInputStream in = bytes.newCodedInput();
            // Payloads are slices of the bytes, which never change.
            in.enableAliasing(true);
            return decode(beacon.proto.v1.Event.parseFrom(in));
        } catch (IOException e) {
            throw new IllegalArgumentException("expected the bytes of an event, but found others", e);
        }
    }

    /** The word for a generated event that admission let pass. */
    public static Event decode(beacon.proto.v1.Event event) {
        return switch (event.getBodyCase()) {
            case POINTER_SET ->
                new Event.PointerSet(
                        keyOf(event.getPointerSet().getAddress()),
                        Cid.of(event.getPointerSet().getCid()));
            case POINTER_REMOVED ->
                new Event.PointerRemoved(
                        keyOf(event.getPointerRemoved().getAddress()),
                        event.getPointerRemoved().getReason());
            case DECISION_RECORDED -> decision(event.getDecisionRecorded());
            case NODE_JOINED -> joined(event.getNodeJoined());
            case NODE_LEFT, NODE_WENT_DOWN, NODE_CAME_UP, NODE_DRAINED -> nodeChanged(event);
            case BEAT_STRUCK ->
                new Event.BeatStruck(
                        event.getBeatStruck().getKind() == BeatKind.BEAT_KIND_REVERB,
                        event.getBeatStruck().getBeatIndex(),
                        event.getBeatStruck().getSource(),
                        event.getBeatStruck().getWindowId());
            case POLICY_CHANGED -> policy(event.getPolicyChanged());
            case HISTORY_RESTORED ->
                new Event.HistoryRestored(
                        event.getHistoryRestored().getBackupSequence(),
                        event.getHistoryRestored().getVoidedThrough(),
                        event.getHistoryRestored().getReason());
            case SEQUENCE_VOIDED -> new Event.SequenceVoided();
            case NODES_AUDITED -> audits(event.getNodesAudited());
            case PIN_PLACED -> PinCodec.placed(event.getPinPlaced());
            case SHARD_MOVED -> PinCodec.moved(event.getShardMoved());
            case SHARD_FAULTED -> PinCodec.faulted(event.getShardFaulted());
            case PIN_RELEASED ->
                new Event.PinReleased(
                        Cid.of(event.getPinReleased().getManifestCid()),
                        event.getPinReleased().getReason());
            case NODE_SWEPT ->
                new Event.NodeSwept(
                        event.getNodeSwept().getNodeId(),
                        event.getNodeSwept().getBlocks(),
                        event.getNodeSwept().getBytes(),
                        event.getNodeSwept().getSequence());
            case TOMBSTONE_PROPOSED, TOMBSTONE_VOTED, TOMBSTONE_WITHDRAWN, HOLD_PLACED, HOLD_LIFTED, HEADER_ERASED ->
                DeletionCodec.decode(event);
            case HEADER_SET -> header(event.getHeaderSet());
            case KEY_STATE_CHANGED -> keyState(event.getKeyStateChanged());
            case KEY_RECORDED -> keyRecord(event.getKeyRecorded());
            case REVOCATION_RECORDED ->
                new Event.RevocationRecorded(event.getRevocationRecorded().getStatement());
            case OPENING_DECIDED -> opening(event.getOpeningDecided());
            case RITUAL_ABORTED ->
                new Event.RitualAborted(
                        event.getRitualAborted().getRitualId(),
                        event.getRitualAborted().getBlamedList());
            case BODY_NOT_SET ->
                throw new IllegalArgumentException("expected an event of a known kind, but found none");
        };
    }

    private static Event nodeChanged(beacon.proto.v1.Event event) {
        return switch (event.getBodyCase()) {
            case NODE_LEFT ->
                changed(
                        event.getNodeLeft().getNodeId(),
                        Event.NodeChange.LEFT,
                        event.getNodeLeft().getReason());
            case NODE_WENT_DOWN ->
                changed(
                        event.getNodeWentDown().getNodeId(),
                        Event.NodeChange.WENT_DOWN,
                        event.getNodeWentDown().getReason());
            case NODE_CAME_UP -> changed(event.getNodeCameUp().getNodeId(), Event.NodeChange.CAME_UP, "");
            case NODE_DRAINED ->
                changed(
                        event.getNodeDrained().getNodeId(),
                        Event.NodeChange.DRAINED,
                        event.getNodeDrained().getReason());
            default -> throw new IllegalArgumentException("expected an event about a node");
        };
    }

    private static Event audits(beacon.proto.v1.NodesAudited event) {
        return new Event.NodesAudited(
                event.getBeatSequence(),
                event.getAuditsList().stream()
                        .map(audit ->
                                new Event.NodesAudited.Audit(audit.getNodeId(), audit.getAsked(), audit.getMissing()))
                        .toList());
    }

    private static Event decision(beacon.proto.v1.DecisionRecorded event) {
        return new Event.DecisionRecorded(
                event.getId(),
                keyOf(event.getAddress()),
                event.getAuthor(),
                event.getSupersedes(),
                event.getCitationsList(),
                event.getMediaType(),
                event.getPayload(),
                payloadCid(event));
    }

    private static @Nullable Cid payloadCid(beacon.proto.v1.DecisionRecorded event) {
        return event.hasPayloadCid() ? Cid.of(event.getPayloadCid()) : null;
    }

    private static Event joined(NodeJoined event) {
        return new Event.NodeJoined(
                event.getNodeId(), event.getAddressesList(), event.getFailureDomain(), event.getCapacityBytes());
    }

    private static Event changed(ByteString nodeId, Event.NodeChange change, String reason) {
        return new Event.NodeChanged(nodeId, change, reason);
    }

    private static Event policy(PolicyChanged event) {
        return new Event.PolicyChanged(
                event.getName(),
                event.getScope(),
                event.getSettingsList().stream()
                        .map(setting -> new Event.Setting(setting.getKey(), setting.getValue()))
                        .toList());
    }

    private static Event header(HeaderSet event) {
        return new Event.HeaderSet(Cid.of(event.getManifestCid()), event.getKeyId(), event.getHeader());
    }

    private static Event keyRecord(KeyRecorded event) {
        return new Event.KeyRecorded(event.getKeyId(), event.getEpoch(), event.getRecord());
    }

    private static Event keyState(KeyStateChanged event) {
        Event.KeyState state = switch (event.getState()) {
            case KEY_STATE_ACTIVE -> Event.KeyState.ACTIVE;
            case KEY_STATE_DECRYPT_ONLY -> Event.KeyState.DECRYPT_ONLY;
            case KEY_STATE_COMPROMISED -> Event.KeyState.COMPROMISED;
            case KEY_STATE_RETIRED -> Event.KeyState.RETIRED;
            case KEY_STATE_DESTROYED -> Event.KeyState.DESTROYED;
            case KEY_STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("expected a known state of a key, but found another");
        };
        return new Event.KeyStateChanged(
                event.getKeyId(), state, event.getDropBox(), event.getReplaces(), event.getReason());
    }

    private static Event opening(OpeningDecided event) {
        return new Event.OpeningDecided(
                event.getRequestId(),
                event.getKeyId(),
                event.getSubject(),
                event.getPurpose(),
                event.getRefused(),
                event.getWrapsList().stream()
                        .map(wrap -> new Event.WrapDecision(wrap.getWrapId(), wrap.getPolicy(), wrap.getRefused()))
                        .toList());
    }

    /** Key of a canonical address whose temporal part is "*^": what is left without scheme and temporal part. */
    static String keyOf(String canonical) {
        int slash = canonical.indexOf('/', SCHEME.length());
        if (!canonical.startsWith(SCHEME) || slash < 0 || !canonical.startsWith(LATEST, slash)) {
            throw new IllegalArgumentException("expected a canonical latest address, but found \"" + canonical + '"');
        }
        return canonical.substring(SCHEME.length(), slash) + canonical.substring(slash + LATEST.length());
    }
}
