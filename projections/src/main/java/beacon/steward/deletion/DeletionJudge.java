package beacon.steward.deletion;

import beacon.model.Address;
import beacon.model.Cid;
import beacon.model.TombstoneVotes;
import beacon.proto.v1.Deletion;
import beacon.proto.v1.HoldState;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.PinState;
import beacon.proto.v1.ReferenceState;
import beacon.proto.v1.RetentionState;
import beacon.proto.v1.TombstoneState;
import beacon.proto.v1.TombstoneVote;
import beacon.views.StateReader;
import beacon.views.deletions.DeletionsView;
import beacon.views.nodes.NodesView;
import beacon.views.pins.PinsView;
import beacon.views.references.ReferencesView;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges deletions by what the log says. The states are of the same moment or later ones, the references not older than the
 * proposal: from then on nothing new points at the artifact, so what is free stays free.
 */
public final class DeletionJudge {
    private static final int NAMED = 10;
    private static final int PAGE = 1_000;
    private static final long MICROS = 1_000_000;

    private final StateReader pins;
    private final StateReader references;
    private final StateReader deletions;
    private final List<ByteString> nodes;
    private final List<RetentionState> rules;

    /** Looks at these states, which stay as they are while it is used. */
    public DeletionJudge(StateReader nodes, StateReader pins, StateReader references, StateReader deletions) {
        this.pins = pins;
        this.references = references;
        this.deletions = deletions;
        this.nodes = NodesView.list(
                        nodes,
                        ByteString.EMPTY,
                        Integer.MAX_VALUE,
                        node -> node.getCondition() != NodeCondition.NODE_CONDITION_LEFT)
                .stream()
                .map(NodeState::getNodeId)
                .toList();
        this.rules = DeletionsView.retention(deletions);
    }

    /** Whether a node's vote counts. */
    public boolean designates(ByteString manifest, ByteString node) {
        return TombstoneVotes.designated(manifest, nodes).contains(node);
    }

    /** What stands against deleting an artifact, and for it. */
    public Deletion judge(Cid manifest) {
        Deletion.Builder judged = Deletion.newBuilder()
                .addAllDesignated(TombstoneVotes.designated(manifest.bytes(), nodes))
                .setNeeded(TombstoneVotes.needed(nodes.size()));
        DeletionsView.find(deletions, manifest.bytes()).ifPresent(judged::setTombstone);
        DeletionsView.holds(deletions, manifest.bytes(), NAMED).stream()
                .map(HoldState::getName)
                .forEach(judged::addHolds);
        long placed = PinsView.find(pins, manifest.bytes())
                .map(PinState::getPlacedUnixMicros)
                .orElse(0L);
        long kept = 0;
        for (ReferenceState reference : references(manifest)) {
            if (reference.getLive() && judged.getLiveAddressesCount() < NAMED) {
                judged.addLiveAddresses(Address.ofKey(reference.getAddressKey()).toString());
            }
            kept = Math.max(kept, keptSeconds(reference.getAddressKey()));
        }
        if (kept > 0 && placed > 0) {
            judged.setRetainedUntilUnixMicros(Math.addExact(placed, Math.multiplyExact(kept, MICROS)));
        }
        return judged.build();
    }

    private List<ReferenceState> references(Cid manifest) {
        List<ReferenceState> all = new ArrayList<>();
        String after = "";
        List<ReferenceState> page;
        do {
            page = ReferencesView.list(references, manifest, after, PAGE);
            all.addAll(page);
            after = page.isEmpty() ? "" : page.get(page.size() - 1).getAddressKey();
        } while (page.size() == PAGE);
        return all;
    }

    /** The rule with the longest scope counts. */
    private long keptSeconds(String key) {
        RetentionState best = RetentionState.getDefaultInstance();
        for (RetentionState rule : rules) {
            if (key.startsWith(rule.getScope())
                    && rule.getScope().length() >= best.getScope().length()) {
                best = rule;
            }
        }
        return best.getSeconds();
    }

    /** Whether nothing stands against it now: no address points at it, nobody holds it, its retention is over. */
    public static boolean isFree(Deletion deletion, long nowMicros) {
        return deletion.getLiveAddressesCount() == 0
                && deletion.getHoldsCount() == 0
                && deletion.getRetainedUntilUnixMicros() <= nowMicros;
    }

    /** Whether a node has agreed to the proposal. */
    public static boolean hasVoted(TombstoneState tombstone, ByteString node) {
        return tombstone.getVotesList().stream()
                .anyMatch(vote -> vote.getNodeId().equals(node) && !vote.getRemembered());
    }

    /**
     * When the votes that are needed were there; empty while they are not. Votes of nodes that remember a release from before a
     * restore are enough by themselves.
     */
    public static Optional<Long> votedAt(Deletion deletion) {
        Optional<Long> remembered = votedAt(deletion, true);
        return remembered.isPresent() ? remembered : votedAt(deletion, false);
    }

    /** Whether the nodes that are needed remember a release from before a restore. */
    public static boolean isRemembered(Deletion deletion) {
        return votedAt(deletion, true).isPresent();
    }

    private static Optional<Long> votedAt(Deletion deletion, boolean remembered) {
        TombstoneState tombstone = deletion.getTombstone();
        return tombstone.getVotesList().stream()
                .filter(vote -> vote.getRemembered() == remembered)
                .map(TombstoneVote::getUnixMicros)
                .skip(Math.max(1, deletion.getNeeded()) - 1L)
                .findFirst();
    }
}
