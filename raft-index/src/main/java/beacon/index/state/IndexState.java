package beacon.index.state;

import beacon.index.log.Recorded;
import beacon.index.log.RequestId;
import beacon.model.CustodyNames;
import beacon.model.Event;
import beacon.model.EventCases;
import beacon.model.Refusal;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything the index needs to decide about the next append. Mutable, owned by the apply loop, and written only by
 * {@link #evolve} and {@link #remember}. Readers on other threads get an {@link IndexView}.
 */
public final class IndexState {
    /** Requests whose answers are remembered, unless configured otherwise. */
    public static final int DEFAULT_REQUEST_WINDOW = 1 << 20;

    private final PointerTable pointers;
    private final RequestMemory requests;
    private final SortedMap<ByteString, Event.NodeChange> nodes;
    private final SortedMap<String, Long> beats;
    private final KeyTable keys;
    private final DeletionTable deletions;
    private long lastSequence;
    private long lastTimeUnixMicros;
    /** The address that was looked up last: what is decided about is evolved next. Compared by identity. */
    private @Nullable String lookedUpKey;

    private @Nullable PointerEntry lookedUp;

    IndexState(
            PointerTable pointers,
            RequestMemory requests,
            SortedMap<ByteString, Event.NodeChange> nodes,
            SortedMap<String, Long> beats,
            KeyTable keys,
            DeletionTable deletions) {
        this.pointers = pointers;
        this.requests = requests;
        this.nodes = nodes;
        this.beats = beats;
        this.keys = keys;
        this.deletions = deletions;
    }

    /**
     * State of an empty log.
     *
     * @param requestWindow number of requests whose answers are remembered, a power of two; the same on every member
     */
    public static IndexState empty(int requestWindow) {
        return new IndexState(
                new PointerTable(),
                new RequestMemory(requestWindow),
                new TreeMap<>(ByteString.unsignedLexicographicalComparator()),
                new TreeMap<>(),
                new KeyTable(),
                new DeletionTable());
    }

    /** Makes one recorded event part of the state. Events arrive in order, each once. */
    public void evolve(Recorded recorded) {
        if (recorded.sequence() != lastSequence + 1) {
            throw new IllegalStateException("expected sequence %d to follow %d, but found %d"
                    .formatted(lastSequence + 1, lastSequence, recorded.sequence()));
        }
        lastSequence = recorded.sequence();
        lastTimeUnixMicros = recorded.timeUnixMicros();
        recorded.event().match(new Fold(recorded));
        if (recorded.ordinal() == recorded.count() - 1) {
            requests.accepted(
                    recorded.requestId(),
                    recorded.fingerprint(),
                    recorded.sequence() - recorded.count() + 1,
                    recorded.count());
        }
    }

    /** Makes a repetition of a refused request get the same refusal. */
    public void remember(RequestId id, long fingerprint, Refusal refusal) {
        requests.refused(id, fingerprint, refusal, lastSequence);
    }

    void restorePosition(long sequence, long timeUnixMicros) {
        lastSequence = sequence;
        lastTimeUnixMicros = timeUnixMicros;
    }

    /** An immutable view of the present moment, for readers. */
    public IndexView view() {
        return new IndexView(pointers.freeze(), lastSequence, lastTimeUnixMicros);
    }

    /** An immutable copy of the present moment that can be written as a snapshot while the state goes on. */
    public IndexSnapshot capture() {
        return new IndexSnapshot(
                view(), requests.copy(), new TreeMap<>(nodes), new TreeMap<>(beats), keys.copy(), deletions.copy());
    }

    /** Last sequence that is part of the state; 0 when there is none. */
    public long lastSequence() {
        return lastSequence;
    }

    /** Time of the last event; 0 when there is none. */
    public long lastTimeUnixMicros() {
        return lastTimeUnixMicros;
    }

    @Nullable
    PointerEntry pointer(String key) {
        PointerEntry entry = pointers.get(bytesOf(key));
        lookedUpKey = key;
        lookedUp = entry;
        return entry;
    }

    @SuppressWarnings("ReferenceEquality") // An equal key of another event may have changed in between.
    private boolean isLookedUp(String key) {
        return key == lookedUpKey;
    }

    RequestMemory requests() {
        return requests;
    }

    Event.@Nullable NodeChange node(ByteString nodeId) {
        return nodes.get(nodeId);
    }

    /** Ids of the nodes that have not left. */
    Collection<ByteString> nodeIds() {
        return nodes.keySet();
    }

    int nodeCount() {
        return nodes.size();
    }

    @Nullable
    Long lastBeat(String source) {
        return beats.get(source);
    }

    int beatSources() {
        return beats.size();
    }

    KeyTable keys() {
        return keys;
    }

    DeletionTable deletions() {
        return deletions;
    }

    static byte[] bytesOf(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /** What each kind of event changes; says whether it changed anything. */
    private final class Fold implements EventCases<Boolean> {
        private final Recorded recorded;

        Fold(Recorded recorded) {
            this.recorded = recorded;
        }

        private PointerEntry entry(String key) {
            PointerEntry known = isLookedUp(key) ? lookedUp : pointers.get(bytesOf(key));
            lookedUpKey = null;
            return known == null ? PointerEntry.create(bytesOf(key)) : known;
        }

        @Override
        public Boolean pointerSet(Event.PointerSet event) {
            return pointed(event);
        }

        @Override
        public Boolean pointerRemoved(Event.PointerRemoved event) {
            return pointed(event);
        }

        @Override
        public Boolean decisionRecorded(Event.DecisionRecorded event) {
            return mentioned(event);
        }

        @Override
        public Boolean nodeJoined(Event.NodeJoined event) {
            nodes.put(event.nodeId(), Event.NodeChange.CAME_UP);
            return true;
        }

        @Override
        public Boolean nodeChanged(Event.NodeChanged event) {
            if (event.change() == Event.NodeChange.LEFT) {
                nodes.remove(event.nodeId());
            } else {
                nodes.put(event.nodeId(), event.change());
            }
            return true;
        }

        @Override
        public Boolean beatStruck(Event.BeatStruck event) {
            beats.put(event.source(), event.beatIndex());
            return true;
        }

        @Override
        public Boolean policyChanged(Event.PolicyChanged event) {
            return false;
        }

        @Override
        public Boolean historyRestored(Event.HistoryRestored event) {
            return false;
        }

        @Override
        public Boolean sequenceVoided(Event.SequenceVoided event) {
            return false;
        }

        @Override
        public Boolean nodesAudited(Event.NodesAudited event) {
            return false;
        }

        @Override
        public Boolean pinPlaced(Event.PinPlaced event) {
            return pointed(event);
        }

        @Override
        public Boolean shardMoved(Event.ShardMoved event) {
            return pointed(event);
        }

        @Override
        public Boolean shardFaulted(Event.ShardFaulted event) {
            return mentioned(event);
        }

        @Override
        public Boolean pinReleased(Event.PinReleased event) {
            deletions.released(event.manifest().bytes());
            return pointed(event);
        }

        @Override
        public Boolean nodeSwept(Event.NodeSwept event) {
            return false;
        }

        @Override
        public Boolean tombstoneProposed(Event.TombstoneProposed event) {
            deletions.proposed(event.manifest().bytes(), recorded.sequence());
            return mentioned(event);
        }

        @Override
        public Boolean tombstoneVoted(Event.TombstoneVoted event) {
            deletions.voted(event);
            return mentioned(event);
        }

        @Override
        public Boolean tombstoneWithdrawn(Event.TombstoneWithdrawn event) {
            deletions.withdrawn(event.manifest().bytes());
            return mentioned(event);
        }

        @Override
        public Boolean holdPlaced(Event.HoldPlaced event) {
            deletions.holdPlaced(event.manifest().bytes(), event.name());
            return mentioned(event);
        }

        @Override
        public Boolean holdLifted(Event.HoldLifted event) {
            deletions.holdLifted(event.manifest().bytes(), event.name());
            return mentioned(event);
        }

        /** For an event about an address that creates no revision of it. */
        private boolean mentioned(Event event) {
            pointers.put(entry(Objects.requireNonNull(event.addressKey())).mentioned(recorded.sequence()));
            return true;
        }

        /** For an event that creates a revision. */
        private boolean pointed(Event event) {
            byte[] target = Objects.requireNonNull(event.pointsTo()).bytes().toByteArray();
            pointers.put(entry(Objects.requireNonNull(event.addressKey())).pointed(recorded.sequence(), target));
            return true;
        }

        @Override
        public Boolean headerSet(Event.HeaderSet event) {
            PointerEntry before = pointers.get(bytesOf(event.addressKey()));
            keys.moveHeader(before == null ? ByteString.EMPTY : CustodyNames.keyId(before.cid()), event.keyId());
            return pointed(event);
        }

        @Override
        public Boolean headerErased(Event.HeaderErased event) {
            PointerEntry before = pointers.get(bytesOf(event.addressKey()));
            keys.moveHeader(before == null ? ByteString.EMPTY : CustodyNames.keyId(before.cid()), ByteString.EMPTY);
            return pointed(event);
        }

        @Override
        public Boolean keyStateChanged(Event.KeyStateChanged event) {
            keys.evolve(event);
            return mentioned(event);
        }

        @Override
        public Boolean keyRecorded(Event.KeyRecorded event) {
            return mentioned(event);
        }

        @Override
        public Boolean revocationRecorded(Event.RevocationRecorded event) {
            return false;
        }

        @Override
        public Boolean openingDecided(Event.OpeningDecided event) {
            return false;
        }

        @Override
        public Boolean ritualAborted(Event.RitualAborted event) {
            return false;
        }
    }
}
