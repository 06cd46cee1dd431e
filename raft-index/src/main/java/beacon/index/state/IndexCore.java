package beacon.index.state;

import beacon.index.log.Append;
import beacon.index.log.Precondition;
import beacon.index.log.Recorded;
import beacon.model.Address;
import beacon.model.Event;
import beacon.model.EventCases;
import beacon.model.PinNames;
import beacon.model.PolicyNames;
import beacon.model.Reason;
import beacon.model.Refusal;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an append becomes: events, or a refusal. Depends on the state, the append and the time and term of its log
 * entry, and on nothing else, so that every member decides alike.
 */
public final class IndexCore {
    /** Storage nodes that the index keeps track of at most. */
    public static final int MAX_NODES = 65_536;
    /** Metronomes that may strike beats at most. */
    public static final int MAX_BEAT_SOURCES = 64;

    /** How actors of these kinds begin. */
    private static final String OPERATOR = "operator/";

    private static final String CUSTODIAN = "custodian/";

    private static final String MEMBER = "member/";

    private IndexCore() {}

    /**
     * Decides about one append. Changes nothing.
     *
     * @param events what the append's event bytes say, in the same order
     * @param entryTimeUnixMicros clock of the leader that made the log entry
     */
    public static Decision decide(
            IndexState state, Append append, List<Event> events, long entryTimeUnixMicros, long term) {
        RequestMemory.Answer before = state.requests().find(append.requestId());
        if (before != null) {
            return repeat(append, before);
        }
        Refusal refusal = tooOld(state, append);
        if (refusal != null) {
            return new Decision.Refuse(refusal, false);
        }
        refusal = brokenPrecondition(state, append);
        if (refusal != null) {
            return new Decision.Refuse(refusal, true);
        }
        return new Pass(state, append, Math.max(entryTimeUnixMicros, state.lastTimeUnixMicros()), term).decide(events);
    }

    private static Decision repeat(Append append, RequestMemory.Answer before) {
        if (before.fingerprint() != append.fingerprint()) {
            return new Decision.Refuse(
                    Refusal.of(
                            Reason.REQUEST_ID_REUSED,
                            "expected request id %s to come with the content it had before, but found other content;"
                                            .formatted(append.requestId())
                                    + " use a new id for a new append"),
                    false);
        }
        Refusal refusal = before.refusal();
        return refusal == null
                ? new Decision.Repeat(before.firstSequence(), before.count())
                : new Decision.Refuse(refusal, false);
    }

    private static @Nullable Refusal tooOld(IndexState state, Append append) {
        long horizon = state.requests().horizon();
        if (append.issuedAtSequence() == 0 || append.issuedAtSequence() >= horizon) {
            return null;
        }
        return Refusal.of(
                Reason.REQUEST_ID_TOO_OLD,
                "expected a request first sent at sequence %d or later, but found one of %d: its answer may be forgotten;"
                                .formatted(horizon, append.issuedAtSequence())
                        + " look in the history whether it was applied, then use a new id");
    }

    private static @Nullable Refusal brokenPrecondition(IndexState state, Append append) {
        for (Precondition wanted : append.preconditions()) {
            PointerEntry entry = state.pointer(wanted.key());
            long found = entry == null ? 0 : entry.revision();
            if (found != wanted.expectedRevision()) {
                return Refusal.staleRevision(Address.ofKey(wanted.key()).toString(), wanted.expectedRevision(), found);
            }
        }
        return null;
    }

    /** One append on its way through the rules; sees what earlier events of the same append do. */
    private static final class Pass implements EventCases<Optional<Refusal>> {
        private final IndexState state;
        private final Append append;
        private final long timeUnixMicros;
        private final long term;
        private final Map<String, long[]> touched = new LinkedHashMap<>();
        private final Map<ByteString, Event.NodeChange> nodes = new LinkedHashMap<>();
        private final Map<String, Long> beats = new LinkedHashMap<>();
        private final Map<String, Boolean> pins = new LinkedHashMap<>();
        private final DeletionTable.Draft deletions;
        private long sequence;

        Pass(IndexState state, Append append, long timeUnixMicros, long term) {
            this.state = state;
            this.append = append;
            this.timeUnixMicros = timeUnixMicros;
            this.term = term;
            this.sequence = state.lastSequence();
            this.deletions = state.deletions().new Draft();
        }

        Decision decide(List<Event> events) {
            List<Recorded> recorded = new ArrayList<>(events.size());
            for (int ordinal = 0; ordinal < events.size(); ordinal++) {
                Event event = events.get(ordinal);
                Optional<Refusal> refusal = event.match(this);
                if (refusal.isPresent()) {
                    return new Decision.Refuse(refusal.get(), true);
                }
                sequence++;
                recorded.add(record(event, ordinal, events.size()));
            }
            return new Decision.Accept(recorded);
        }

        private Recorded record(Event event, int ordinal, int count) {
            String key = event.addressKey();
            long revision = 0;
            long previous = 0;
            if (key != null) {
                // {revision, last event} of the address as this append leaves it so far.
                long[] standing = touched.get(key);
                if (standing == null) {
                    PointerEntry entry = state.pointer(key);
                    standing = entry == null ? new long[2] : new long[] {entry.revision(), entry.lastEvent()};
                    if (count > 1) {
                        touched.put(key, standing);
                    }
                }
                previous = standing[1];
                standing[1] = sequence;
                if (event.pointsTo() != null) {
                    revision = ++standing[0];
                }
            }
            return new Recorded(
                    sequence,
                    term,
                    timeUnixMicros,
                    append.actor(),
                    append.requestId(),
                    append.fingerprint(),
                    ordinal,
                    count,
                    revision,
                    previous,
                    append.events().get(ordinal),
                    event);
        }

        @Override
        public Optional<Refusal> pointerSet(Event.PointerSet event) {
            if (!state.deletions().concernsAny()) {
                return Optional.empty();
            }
            if (deletions.isOpen(event.cid().bytes())) {
                return DeletionTable.forbid(
                        "expected an artifact that may be pointed at, but found one that is to be deleted; withdraw its tombstone first");
            }
            return isReleased(PinNames.pin(event.cid()))
                    ? DeletionTable.forbid("expected an artifact that may be pointed at, but found one that is deleted")
                    : Optional.empty();
        }

        @Override
        public Optional<Refusal> pointerRemoved(Event.PointerRemoved event) {
            PointerEntry present = state.pointer(event.addressKey());
            boolean points = touched.containsKey(event.addressKey())
                    || (present != null && present.revision() > 0 && !pointsAtNothing(present));
            return points
                    ? Optional.empty()
                    : refuse(Reason.UNKNOWN_ADDRESS, "expected an address that points at something, but found none");
        }

        @Override
        public Optional<Refusal> decisionRecorded(Event.DecisionRecorded event) {
            if (event.supersedes() > sequence) {
                return unknownReference("supersedes", event.supersedes());
            }
            for (long citation : event.citations()) {
                if (citation < 1 || citation > sequence) {
                    return unknownReference("citations", citation);
                }
            }
            return Optional.empty();
        }

        private Optional<Refusal> unknownReference(String field, long found) {
            return refuse(
                    Reason.UNKNOWN_REFERENCE,
                    "expected %s to name a sequence from 1 to %d, but found %d".formatted(field, sequence, found));
        }

        @Override
        public Optional<Refusal> nodeJoined(Event.NodeJoined event) {
            nodes.put(event.nodeId(), Event.NodeChange.CAME_UP);
            if (state.nodeCount() + nodes.size() > MAX_NODES && state.node(event.nodeId()) == null) {
                return refuse(
                        Reason.LIMIT_REACHED,
                        "expected at most %d storage nodes, but found one more; let nodes that are gone leave"
                                .formatted(MAX_NODES));
            }
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> nodeChanged(Event.NodeChanged event) {
            Event.NodeChange standing = nodes.get(event.nodeId());
            boolean known = standing == null ? state.node(event.nodeId()) != null : standing != Event.NodeChange.LEFT;
            if (!known) {
                return refuse(
                        Reason.UNKNOWN_NODE,
                        "expected a node that has joined, but found an unknown one; let it join first");
            }
            nodes.put(event.nodeId(), event.change());
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> beatStruck(Event.BeatStruck event) {
            Long last = beats.containsKey(event.source()) ? beats.get(event.source()) : state.lastBeat(event.source());
            if (last != null && event.beatIndex() <= last) {
                return refuse(
                        Reason.BEAT_OUT_OF_ORDER,
                        "expected a beat after %d from this source, but found %d".formatted(last, event.beatIndex()));
            }
            beats.put(event.source(), event.beatIndex());
            if (last == null && state.beatSources() + beats.size() > MAX_BEAT_SOURCES) {
                return refuse(
                        Reason.LIMIT_REACHED,
                        "expected at most %d sources of beats, but found one more".formatted(MAX_BEAT_SOURCES));
            }
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> policyChanged(Event.PolicyChanged event) {
            return event.name().equals(PolicyNames.RETENTION) && !isOperator()
                    ? onlyBy("an operator to change how long artifacts are kept")
                    : Optional.empty();
        }

        @Override
        public Optional<Refusal> historyRestored(Event.HistoryRestored event) {
            return onlyByRestore();
        }

        @Override
        public Optional<Refusal> sequenceVoided(Event.SequenceVoided event) {
            return onlyByRestore();
        }

        @Override
        public Optional<Refusal> nodesAudited(Event.NodesAudited event) {
            if (!isOperator() && !append.actor().startsWith(MEMBER)) {
                return onlyBy("a member of the index or an operator to say what an audit found");
            }
            boolean known = event.audits().stream().allMatch(audit -> state.node(audit.nodeId()) != null);
            return known
                    ? Optional.empty()
                    : refuse(
                            Reason.UNKNOWN_NODE,
                            "expected audits of nodes that have joined, but found one of an unknown node");
        }

        @Override
        public Optional<Refusal> pinPlaced(Event.PinPlaced event) {
            if (isReleased(event.addressKey())) {
                return DeletionTable.forbid("expected an artifact that may be pinned, but found one that is deleted");
            }
            if (isPinned(event.addressKey())) {
                return refuse(
                        Reason.STALE_REVISION,
                        "expected an artifact that is not pinned, but found one that is; its shards are moved by members");
            }
            pins.put(event.addressKey(), true);
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> shardMoved(Event.ShardMoved event) {
            return changesPin(event.addressKey());
        }

        @Override
        public Optional<Refusal> shardFaulted(Event.ShardFaulted event) {
            return changesPin(event.addressKey());
        }

        @Override
        public Optional<Refusal> pinReleased(Event.PinReleased event) {
            Optional<Refusal> refusal = changesPin(event.addressKey());
            if (refusal.isEmpty()) {
                refusal = deletions.released(event.manifest().bytes(), state.nodeCount());
            }
            pins.put(event.addressKey(), false);
            return refusal;
        }

        @Override
        public Optional<Refusal> nodeSwept(Event.NodeSwept event) {
            return state.node(event.nodeId()) != null
                    ? Optional.empty()
                    : refuse(Reason.UNKNOWN_NODE, "expected a node that has joined, but found an unknown one");
        }

        @Override
        public Optional<Refusal> tombstoneProposed(Event.TombstoneProposed event) {
            if (!isOperator()) {
                return onlyBy("an operator to propose a deletion");
            }
            Optional<Refusal> refusal = changesPin(event.addressKey());
            return refusal.isPresent() ? refusal : deletions.proposed(event, sequence + 1);
        }

        @Override
        public Optional<Refusal> tombstoneVoted(Event.TombstoneVoted event) {
            return isPinned(event.addressKey())
                    ? deletions.voted(event, state.nodeIds())
                    : refuse(Reason.UNKNOWN_ADDRESS, "expected an artifact that is pinned, but found one that is not");
        }

        @Override
        public Optional<Refusal> tombstoneWithdrawn(Event.TombstoneWithdrawn event) {
            return isOperator() || append.actor().startsWith(MEMBER)
                    ? deletions.withdrawn(event)
                    : onlyBy("an operator or a member of the index to withdraw a tombstone");
        }

        @Override
        public Optional<Refusal> holdPlaced(Event.HoldPlaced event) {
            if (!isOperator()) {
                return onlyBy("an operator to hold an artifact");
            }
            Optional<Refusal> refusal = changesPin(event.addressKey());
            return refusal.isPresent() ? refusal : deletions.holdPlaced(event);
        }

        @Override
        public Optional<Refusal> holdLifted(Event.HoldLifted event) {
            return isOperator() ? deletions.holdLifted(event) : onlyBy("an operator to lift a hold");
        }

        private Optional<Refusal> changesPin(String key) {
            if (!isOperator() && !append.actor().startsWith(MEMBER)) {
                return onlyBy("a member of the index or an operator to say how a pin is");
            }
            return isPinned(key)
                    ? Optional.empty()
                    : refuse(Reason.UNKNOWN_ADDRESS, "expected an artifact that is pinned, but found one that is not");
        }

        /** Whether it is, after the events of this append so far. */
        private boolean isPinned(String key) {
            Boolean here = pins.get(key);
            if (here != null) {
                return here;
            }
            PointerEntry present = state.pointer(key);
            return present != null && present.revision() > 0 && !pointsAtNothing(present);
        }

        /** Whether it was pinned and is deleted, after the events of this append so far. */
        private boolean isReleased(String key) {
            Boolean here = pins.get(key);
            if (here != null) {
                return !here;
            }
            PointerEntry present = state.pointer(key);
            return present != null && present.revision() > 0 && pointsAtNothing(present);
        }

        private static boolean pointsAtNothing(PointerEntry entry) {
            return entry.cid().equals(PinNames.RELEASED.bytes());
        }

        @Override
        public Optional<Refusal> headerSet(Event.HeaderSet event) {
            Optional<Refusal> refusal = state.keys().refusesHeader(event.keyId());
            PointerEntry present = state.pointer(event.addressKey());
            if (present != null && present.revision() > 0 && pointsAtNothing(present)) {
                return DeletionTable.forbid("expected an artifact that may be opened, but found one that is deleted");
            }
            if (refusal.isPresent() || isOperator()) {
                return refusal;
            }
            boolean exists = touched.containsKey(event.addressKey()) || (present != null && present.revision() > 0);
            return exists ? onlyBy("an operator to replace a header") : Optional.empty();
        }

        @Override
        public Optional<Refusal> headerErased(Event.HeaderErased event) {
            if (!isOperator() && !append.actor().startsWith(MEMBER)) {
                return onlyBy("a member of the index or an operator to erase a header");
            }
            return isReleased(PinNames.pin(event.manifest()))
                    ? Optional.empty()
                    : DeletionTable.forbid("expected the header of a deleted artifact, but found that of another");
        }

        @Override
        public Optional<Refusal> keyStateChanged(Event.KeyStateChanged event) {
            return isOperator() ? state.keys().refuses(event) : onlyBy("an operator to change the state of a key");
        }

        @Override
        public Optional<Refusal> keyRecorded(Event.KeyRecorded event) {
            return isOperator() || append.actor().startsWith(CUSTODIAN)
                    ? Optional.empty()
                    : onlyBy("a custodian or an operator to record a key");
        }

        @Override
        public Optional<Refusal> revocationRecorded(Event.RevocationRecorded event) {
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> openingDecided(Event.OpeningDecided event) {
            return Optional.empty();
        }

        @Override
        public Optional<Refusal> ritualAborted(Event.RitualAborted event) {
            return Optional.empty();
        }

        private boolean isOperator() {
            return append.actor().startsWith(OPERATOR);
        }

        private Optional<Refusal> onlyBy(String whom) {
            return refuse(Reason.PERMISSION_DENIED, "expected %s, but found %s".formatted(whom, append.actor()));
        }

        private static Optional<Refusal> onlyByRestore() {
            return refuse(
                    Reason.UNKNOWN_EVENT_TYPE,
                    "expected an event that a client may append, but found one that only a restore makes");
        }

        private static Optional<Refusal> refuse(Reason reason, String message) {
            return Optional.of(Refusal.of(reason, message));
        }
    }
}
