package beacon.model;

import com.google.protobuf.ByteString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, or that a client wants to have happened. Adding a kind here breaks the build wherever a
 * decision about it is needed; CONTRIBUTING.md has the recipe.
 */
public sealed interface Event {
    /** Calls the member of the cases that fits. */
    <R> R match(EventCases<R> cases);

    /** Key of the address the event is about, or null when it is about none. */
    default @Nullable String addressKey() {
        return null;
    }

    /** What its address points at from now on, or null when it creates no revision of the address. */
    default @Nullable Cid pointsTo() {
        return null;
    }

    /** An address points at nothing from now on. */
    record PointerRemoved(String addressKey, String reason) implements Event {
        @Override
        public Cid pointsTo() {
            return PinNames.RELEASED;
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.pointerRemoved(this);
        }
    }

    /**
     * An address points at a manifest from now on.
     *
     * @param addressKey address without scheme and temporal part
     */
    record PointerSet(String addressKey, Cid cid) implements Event {
        @Override
        public Cid pointsTo() {
            return cid;
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.pointerSet(this);
        }
    }

    /**
     * Why something was decided.
     *
     * @param supersedes sequence of the record this one replaces; 0 for none
     * @param payload inline content; empty when payloadCid is given
     */
    record DecisionRecorded(
            String id,
            String addressKey,
            String author,
            long supersedes,
            List<Long> citations,
            String mediaType,
            ByteString payload,
            @Nullable Cid payloadCid)
            implements Event {
        public DecisionRecorded {
            citations = List.copyOf(citations);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.decisionRecorded(this);
        }
    }

    /** A storage node entered the fleet, or came back changed. */
    record NodeJoined(ByteString nodeId, List<String> addresses, String failureDomain, long capacityBytes)
            implements Event {
        public NodeJoined {
            addresses = List.copyOf(addresses);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.nodeJoined(this);
        }
    }

    /** What a {@link NodeChanged} says of a node. */
    enum NodeChange {
        LEFT,
        WENT_DOWN,
        CAME_UP,
        DRAINED
    }

    /** The standing of a known storage node changed. */
    record NodeChanged(ByteString nodeId, NodeChange change, String reason) implements Event {
        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.nodeChanged(this);
        }
    }

    /** Cadence: the only way time makes something happen. */
    record BeatStruck(boolean reverb, long beatIndex, String source, String windowId) implements Event {
        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.beatStruck(this);
        }
    }

    /** A key and its value, in a policy. */
    record Setting(String key, String value) {}

    /** A named rule for everything under an address prefix changed. */
    record PolicyChanged(String name, String scope, List<Setting> settings) implements Event {
        public PolicyChanged {
            settings = List.copyOf(settings);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.policyChanged(this);
        }
    }

    /**
     * The log continues from a backup. What came after the backup is lost, and its sequences are not used again.
     *
     * @param backupSequence last sequence of the backup
     * @param voidedThrough last sequence that may have been used after the backup
     */
    record HistoryRestored(long backupSequence, long voidedThrough, String reason) implements Event {
        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.historyRestored(this);
        }
    }

    /** Stands where an event that a restored backup does not have may have stood. */
    record SequenceVoided() implements Event {
        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.sequenceVoided(this);
        }
    }

    /**
     * Blocks of an artifact that are placed together.
     *
     * @param dataShards columns of which as many give all back
     * @param blocks in a column
     * @param columnBytes of a column
     * @param columns for each column 1 + the position of its node in the pin's nodes; 0 for none
     */
    record ShardGroup(int dataShards, int parityShards, int blocks, long columnBytes, List<Integer> columns) {
        public ShardGroup {
            columns = List.copyOf(columns);
        }
    }

    /**
     * An artifact is kept, and its shards are on these nodes.
     *
     * @param nodes peer ids
     * @param groups the manifest, then the payload in order
     */
    record PinPlaced(Cid manifest, List<ByteString> nodes, List<ShardGroup> groups) implements Event {
        public PinPlaced {
            nodes = List.copyOf(nodes);
            groups = List.copyOf(groups);
        }

        @Override
        public String addressKey() {
            return PinNames.pin(manifest);
        }

        @Override
        public Cid pointsTo() {
            return manifest;
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.pinPlaced(this);
        }
    }

    /** Why a column was moved. */
    enum MoveCause {
        REPAIRED,
        DRAINED,
        FILLED,
        SPREAD
    }

    /**
     * A column is on a node from now on, whole.
     *
     * @param beatSequence of the beat that it was decided on
     */
    record ShardMoved(Cid manifest, int group, int column, ByteString nodeId, MoveCause cause, long beatSequence)
            implements Event {
        @Override
        public String addressKey() {
            return PinNames.pin(manifest);
        }

        @Override
        public Cid pointsTo() {
            return manifest;
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.shardMoved(this);
        }
    }

    /** What nodes showed of the blocks they were asked for. */
    record NodesAudited(long beatSequence, List<Audit> audits) implements Event {
        /**
         * Of one node.
         *
         * @param asked blocks it was asked for
         * @param missing those it did not show
         */
        public record Audit(ByteString nodeId, int asked, int missing) {}

        public NodesAudited {
            audits = List.copyOf(audits);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.nodesAudited(this);
        }
    }

    /** Blocks of a column are not, or not whole, where they are to be. */
    record ShardFaulted(Cid manifest, int group, int column, ByteString nodeId, boolean corrupt, List<Cid> blocks)
            implements Event {
        public ShardFaulted {
            blocks = List.copyOf(blocks);
        }

        @Override
        public String addressKey() {
            return PinNames.pin(manifest);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.shardFaulted(this);
        }
    }

    /** An artifact need not be kept any more. */
    record PinReleased(Cid manifest, String reason) implements Event {
        @Override
        public String addressKey() {
            return PinNames.pin(manifest);
        }

        @Override
        public Cid pointsTo() {
            return PinNames.RELEASED;
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.pinReleased(this);
        }
    }

    /** A pinned artifact is to be deleted. */
    record TombstoneProposed(Cid manifest, String reason) implements Event {
        @Override
        public String addressKey() {
            return PinNames.pin(manifest);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.tombstoneProposed(this);
        }
    }

    /**
     * A storage node agrees that an artifact is deleted.
     *
     * @param proposal sequence of the proposal; 0 when the node remembers a release from before a restore
     */
    record TombstoneVoted(Cid manifest, ByteString nodeId, long proposal) implements Event {
        @Override
        public String addressKey() {
            return PinNames.pin(manifest);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.tombstoneVoted(this);
        }
    }

    /** An artifact is not deleted after all. */
    record TombstoneWithdrawn(Cid manifest, String reason) implements Event {
        @Override
        public String addressKey() {
            return PinNames.pin(manifest);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.tombstoneWithdrawn(this);
        }
    }

    /** An artifact is not to be deleted, whatever else. */
    record HoldPlaced(Cid manifest, String name, String reason) implements Event {
        @Override
        public String addressKey() {
            return PinNames.pin(manifest);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.holdPlaced(this);
        }
    }

    /** A hold ends. */
    record HoldLifted(Cid manifest, String name, String reason) implements Event {
        @Override
        public String addressKey() {
            return PinNames.pin(manifest);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.holdLifted(this);
        }
    }

    /** The header of a released artifact is nobody's any more. */
    record HeaderErased(Cid manifest) implements Event {
        @Override
        public String addressKey() {
            return CustodyNames.header(manifest);
        }

        @Override
        public Cid pointsTo() {
            return PinNames.RELEASED;
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.headerErased(this);
        }
    }

    /**
     * A storage node removed blocks that no pin places on it.
     *
     * @param sequence place in the log whose pins were kept
     */
    record NodeSwept(ByteString nodeId, long blocks, long bytes, long sequence) implements Event {
        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.nodeSwept(this);
        }
    }

    /**
     * The header of an artifact is this one from now on.
     *
     * @param keyId of the key whose wrap is in the header
     */
    record HeaderSet(Cid manifest, ByteString keyId, ByteString header) implements Event {
        @Override
        public String addressKey() {
            return CustodyNames.header(manifest);
        }

        @Override
        public Cid pointsTo() {
            return CustodyNames.pointer(keyId);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.headerSet(this);
        }
    }

    /** What may be done with an organisation key. */
    enum KeyState {
        ACTIVE,
        DECRYPT_ONLY,
        COMPROMISED,
        RETIRED,
        DESTROYED
    }

    /**
     * The standing of an organisation key changed.
     *
     * @param replaces the key that was active before; empty when there was none
     */
    record KeyStateChanged(ByteString keyId, KeyState state, boolean dropBox, ByteString replaces, String reason)
            implements Event {
        @Override
        public String addressKey() {
            return CustodyNames.key(keyId);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.keyStateChanged(this);
        }
    }

    /** A ceremony or a resharing ended with this record. */
    record KeyRecorded(ByteString keyId, int epoch, ByteString record) implements Event {
        @Override
        public String addressKey() {
            return CustodyNames.key(keyId);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.keyRecorded(this);
        }
    }

    /** The organisation's root took something back, as its signed statement says. */
    record RevocationRecorded(ByteString statement) implements Event {
        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.revocationRecorded(this);
        }
    }

    /**
     * A custodian's answer about one wrap.
     *
     * @param refused empty when granted
     */
    record WrapDecision(ByteString wrapId, String policy, String refused) {}

    /**
     * What a custodian decided about a request.
     *
     * @param refused why nothing of it was answered; empty when the wraps were judged
     */
    record OpeningDecided(
            ByteString requestId,
            ByteString keyId,
            String subject,
            String purpose,
            String refused,
            List<WrapDecision> wraps)
            implements Event {
        public OpeningDecided {
            wraps = List.copyOf(wraps);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.openingDecided(this);
        }
    }

    /** A ritual ended without a key record. */
    record RitualAborted(String ritualId, List<String> blamed) implements Event {
        public RitualAborted {
            blamed = List.copyOf(blamed);
        }

        @Override
        public <R> R match(EventCases<R> cases) {
            return cases.ritualAborted(this);
        }
    }
}
