package beacon.index.state;

import beacon.model.Event;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.model.TombstoneVotes;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tombstones that are open, and holds. What is released is not in here: the pin's address says so, for ever. Values are
 * never changed in place, so that a copy of the maps is a copy of all.
 */
final class DeletionTable {
    /** Tombstones that are open at most. */
    static final int MAX_OPEN = 65_536;
    /** Holds at most. */
    static final int MAX_HOLDS = 262_144;

    private final SortedMap<ByteString, Tombstone> open = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private final SortedMap<ByteString, SortedSet<String>> holds =
            new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private long held;
    private long released;

    /**
     * A tombstone.
     *
     * @param proposal sequence of the proposal; 0 when nodes brought it up that remember a release
     * @param voters who agreed to the proposal
     * @param witnesses who remember a release
     */
    private record Tombstone(long proposal, SortedSet<ByteString> voters, SortedSet<ByteString> witnesses) {
        static Tombstone of(long proposal) {
            return new Tombstone(proposal, none(), none());
        }

        private static SortedSet<ByteString> none() {
            return new TreeSet<>(ByteString.unsignedLexicographicalComparator());
        }

        Tombstone with(Event.TombstoneVoted vote) {
            SortedSet<ByteString> more = none();
            more.addAll(vote.proposal() == 0 ? witnesses : voters);
            more.add(vote.nodeId());
            return vote.proposal() == 0
                    ? new Tombstone(proposal, voters, more)
                    : new Tombstone(proposal, more, witnesses);
        }

        boolean has(Event.TombstoneVoted vote) {
            return (vote.proposal() == 0 ? witnesses : voters).contains(vote.nodeId());
        }
    }

    DeletionTable copy() {
        DeletionTable copy = new DeletionTable();
        copy.open.putAll(open);
        copy.holds.putAll(holds);
        copy.held = held;
        copy.released = released;
        return copy;
    }

    /** Whether any artifact is to be deleted or was: otherwise nothing needs to be asked of any. */
    boolean concernsAny() {
        return released > 0 || !open.isEmpty();
    }

    void proposed(ByteString manifest, long sequence) {
        open.put(manifest, Tombstone.of(sequence));
    }

    void voted(Event.TombstoneVoted vote) {
        ByteString manifest = vote.manifest().bytes();
        open.put(manifest, open.getOrDefault(manifest, Tombstone.of(0)).with(vote));
    }

    void withdrawn(ByteString manifest) {
        open.remove(manifest);
    }

    void released(ByteString manifest) {
        open.remove(manifest);
        released++;
    }

    void holdPlaced(ByteString manifest, String name) {
        open.remove(manifest);
        SortedSet<String> more = new TreeSet<>(holds.getOrDefault(manifest, new TreeSet<>()));
        held += more.add(name) ? 1 : 0;
        holds.put(manifest, more);
    }

    void holdLifted(ByteString manifest, String name) {
        SortedSet<String> fewer = new TreeSet<>(holds.getOrDefault(manifest, new TreeSet<>()));
        held -= fewer.remove(name) ? 1 : 0;
        if (fewer.isEmpty()) {
            holds.remove(manifest);
        } else {
            holds.put(manifest, fewer);
        }
    }

    /** The rules for one append: sees what earlier events of it do. */
    final class Draft {
        private final Map<ByteString, Optional<Tombstone>> tombstones = new LinkedHashMap<>();
        private final Map<ByteString, SortedSet<String>> holdNames = new LinkedHashMap<>();

        private @Nullable Tombstone tombstone(ByteString manifest) {
            Optional<Tombstone> here = tombstones.get(manifest);
            return here == null ? open.get(manifest) : here.orElse(null);
        }

        private SortedSet<String> names(ByteString manifest) {
            SortedSet<String> here = holdNames.get(manifest);
            return here == null ? holds.getOrDefault(manifest, new TreeSet<>()) : here;
        }

        boolean isOpen(ByteString manifest) {
            return tombstone(manifest) != null;
        }

        /** @param sequence of this event */
        Optional<Refusal> proposed(Event.TombstoneProposed event, long sequence) {
            ByteString manifest = event.manifest().bytes();
            if (isOpen(manifest)) {
                return forbid("expected an artifact without a tombstone, but found one that has it already");
            }
            Optional<Refusal> refusal = held(manifest);
            if (refusal.isPresent()) {
                return refusal;
            }
            if (open.size() + tombstones.size() >= MAX_OPEN) {
                return Optional.of(Refusal.of(
                        Reason.LIMIT_REACHED,
                        "expected at most %d open tombstones, but found one more; withdraw some, or wait until they are released"
                                .formatted(MAX_OPEN)));
            }
            tombstones.put(manifest, Optional.of(Tombstone.of(sequence)));
            return Optional.empty();
        }

        private Optional<Refusal> held(ByteString manifest) {
            SortedSet<String> names = names(manifest);
            return names.isEmpty()
                    ? Optional.empty()
                    : forbid("expected an artifact that nobody holds, but found the hold %s of %d; lift them first"
                            .formatted(names.first(), names.size()));
        }

        /** @param nodes that have not left */
        Optional<Refusal> voted(Event.TombstoneVoted vote, Collection<ByteString> nodes) {
            ByteString manifest = vote.manifest().bytes();
            Tombstone known = tombstone(manifest);
            Tombstone tombstone = known == null && vote.proposal() == 0 ? Tombstone.of(0) : known;
            if (tombstone == null || (vote.proposal() != 0 && tombstone.proposal() != vote.proposal())) {
                return forbid("expected a vote on the tombstone that is open, but found one on the proposal %d"
                        .formatted(vote.proposal()));
            }
            if (tombstone.has(vote)) {
                return forbid("expected one vote of each node, but found a second one");
            }
            if (!TombstoneVotes.designated(manifest, nodes).contains(vote.nodeId())) {
                return forbid("expected a vote of a designated node, but found one of another");
            }
            if (known == null && open.size() + tombstones.size() >= MAX_OPEN) {
                return Optional.of(
                        Refusal.of(Reason.LIMIT_REACHED, "expected at most %d open tombstones".formatted(MAX_OPEN)));
            }
            tombstones.put(manifest, Optional.of(tombstone.with(vote)));
            return Optional.empty();
        }

        Optional<Refusal> withdrawn(Event.TombstoneWithdrawn event) {
            if (!isOpen(event.manifest().bytes())) {
                return forbid("expected an artifact with an open tombstone, but found one without");
            }
            tombstones.put(event.manifest().bytes(), Optional.empty());
            return Optional.empty();
        }

        /** @param nodes number of them that have not left */
        Optional<Refusal> released(ByteString manifest, int nodes) {
            Optional<Refusal> refusal = held(manifest);
            if (refusal.isPresent()) {
                return refusal;
            }
            Tombstone tombstone = tombstone(manifest);
            int votes = tombstone == null
                    ? 0
                    : Math.max(tombstone.voters().size(), tombstone.witnesses().size());
            int needed = TombstoneVotes.needed(nodes);
            if (votes < needed) {
                return forbid("expected %d votes of designated nodes for the tombstone, but found %d"
                        .formatted(needed, votes));
            }
            tombstones.put(manifest, Optional.empty());
            return Optional.empty();
        }

        Optional<Refusal> holdPlaced(Event.HoldPlaced event) {
            ByteString manifest = event.manifest().bytes();
            SortedSet<String> more = new TreeSet<>(names(manifest));
            if (!more.add(event.name())) {
                return forbid("expected a new hold, but found that there is one of this name");
            }
            if (held + holdNames.size() >= MAX_HOLDS) {
                return Optional.of(Refusal.of(Reason.LIMIT_REACHED, "expected at most %d holds".formatted(MAX_HOLDS)));
            }
            holdNames.put(manifest, more);
            tombstones.put(manifest, Optional.empty());
            return Optional.empty();
        }

        Optional<Refusal> holdLifted(Event.HoldLifted event) {
            ByteString manifest = event.manifest().bytes();
            SortedSet<String> fewer = new TreeSet<>(names(manifest));
            if (!fewer.remove(event.name())) {
                return forbid("expected a hold of this name, but found none");
            }
            holdNames.put(manifest, fewer);
            return Optional.empty();
        }
    }

    static Optional<Refusal> forbid(String message) {
        return Optional.of(Refusal.of(Reason.TOMBSTONE_FORBIDS, message));
    }

    void writeTo(CodedOutputStream out) throws IOException {
        out.writeUInt64NoTag(released);
        out.writeUInt32NoTag(open.size());
        for (Map.Entry<ByteString, Tombstone> each : open.entrySet()) {
            out.writeBytesNoTag(each.getKey());
            out.writeUInt64NoTag(each.getValue().proposal());
            writeNodes(out, each.getValue().voters());
            writeNodes(out, each.getValue().witnesses());
        }
        out.writeUInt32NoTag(holds.size());
        for (Map.Entry<ByteString, SortedSet<String>> each : holds.entrySet()) {
            out.writeBytesNoTag(each.getKey());
            out.writeUInt32NoTag(each.getValue().size());
            for (String name : each.getValue()) {
                out.writeStringNoTag(name);
            }
        }
    }

    private static void writeNodes(CodedOutputStream out, SortedSet<ByteString> nodes) throws IOException {
        out.writeUInt32NoTag(nodes.size());
        for (ByteString node : nodes) {
            out.writeBytesNoTag(node);
        }
    }

    static DeletionTable read(CodedInputStream in) throws IOException {
        DeletionTable table = new DeletionTable();
        table.released = in.readUInt64();
        for (int left = in.readUInt32(); left > 0; left--) {
            table.open.put(in.readBytes(), new Tombstone(in.readUInt64(), readNodes(in), readNodes(in)));
        }
        for (int left = in.readUInt32(); left > 0; left--) {
            ByteString manifest = in.readBytes();
            SortedSet<String> names = new TreeSet<>();
            for (int more = in.readUInt32(); more > 0; more--) {
                names.add(in.readString());
            }
            table.held += names.size();
            table.holds.put(manifest, names);
        }
        return table;
    }

    private static SortedSet<ByteString> readNodes(CodedInputStream in) throws IOException {
        SortedSet<ByteString> nodes = Tombstone.none();
        for (int left = in.readUInt32(); left > 0; left--) {
            nodes.add(in.readBytes());
        }
        return nodes;
    }
}
