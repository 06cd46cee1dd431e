package beacon.steward.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.admission.Admission;
import beacon.index.log.AnAppend;
import beacon.index.log.AppendResult;
import beacon.index.log.SignedNodes;
import beacon.index.state.MemoryLog;
import beacon.model.Cid;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.Deletion;
import beacon.proto.v1.Event;
import beacon.proto.v1.TombstoneState;
import beacon.views.deletions.DeletionsView;
import beacon.views.pins.NodeColumns;
import beacon.views.pins.PinEvents;
import beacon.views.pins.PinsView;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/**
 * Promise 7 as a state machine: whatever is put, named, voted for, held, retained, restored from a backup or swept by nodes that
 * were away, no block goes that a name, a hold, a retention or a missing vote protects, and nothing comes back. Core, projections
 * and judge are those of production; what nodes and leader do with them is done here step by step, in any order.
 */
class DeletionMachineTest {
    private static final int NODES = 7;
    private static final int ARTIFACTS = 3;
    private static final long GRACE = Duration.ofHours(24).toMillis() * 1_000;

    private enum Kind {
        PUT,
        NAME,
        UNNAME,
        PROPOSE,
        VOTE,
        LIE,
        WITHDRAW,
        HOLD,
        LIFT,
        RETAIN,
        WAIT,
        LEAD,
        SWEEP,
        BACK_UP,
        RESTORE,
        DELETE
    }

    record Step(Kind kind, int artifact, int other) {}

    @Provide
    Arbitrary<Step> steps() {
        // Votes, time and sweeps more often than the rest, so that many runs get as far as a deletion.
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.of(Kind.values())),
                net.jqwik.api.Tuple.of(
                        2,
                        Arbitraries.of(
                                Kind.PUT, Kind.VOTE, Kind.WAIT, Kind.LEAD, Kind.SWEEP, Kind.DELETE, Kind.DELETE)));
        return Combinators.combine(
                        kinds,
                        Arbitraries.integers().between(1, ARTIFACTS),
                        Arbitraries.integers().between(1, NODES))
                .as(Step::new);
    }

    @Property(tries = 200)
    void nothingGoesThatIsProtectedAndNothingComesBack(
            @ForAll @Size(min = 20, max = 60) List<@net.jqwik.api.From("steps") Step> steps) {
        World world = new World();
        for (Step step : steps) {
            world.does(step);
            world.holds();
        }
        // A property about deletions in which none happens would say nothing.
        Statistics.label("artifacts deleted")
                .collect(world.reclaimed.isEmpty() ? "none" : "some")
                .coverage(coverage -> coverage.check("some").percentage(share -> share > 20));
    }

    @Example
    void aHoldThatARestoreBringsBackKeepsEvenWhatWasDeletedUntilItIsLifted() {
        World world = new World();
        for (Kind kind : List.of(Kind.PUT, Kind.HOLD, Kind.BACK_UP, Kind.LIFT, Kind.DELETE, Kind.RESTORE, Kind.LEAD)) {
            world.does(new Step(kind, 1, NODES));
            world.holds();
        }
        assertThat(world.reclaimed).containsExactly(1);
        assertThat(world.pinned()).containsExactly(1);

        world.does(new Step(Kind.LIFT, 1, 1));
        world.does(new Step(Kind.LEAD, 1, 1));

        assertThat(world.pinned()).isEmpty();
        world.holds();
    }

    /** Log, nodes with their blocks and memories, and what the test itself knows to be protected. */
    private static final class World {
        private final SignedNodes nodes = new SignedNodes();
        private final List<AppendRequest> appended = new ArrayList<>();
        private final List<String> actors = new ArrayList<>();
        private final List<Long> times = new ArrayList<>();
        private final Set<Integer> everPut = new TreeSet<>();
        private final Set<Integer> reclaimed = new TreeSet<>();
        /** Deleted, but a hold that was lifted before that came back with a restore. */
        private final Set<Integer> heldAgain = new TreeSet<>();

        private final Map<Integer, Set<Integer>> blocks = new TreeMap<>();
        private final Map<Integer, Set<Integer>> memories = new TreeMap<>();
        private final Map<Integer, Long> putAt = new TreeMap<>();
        private Protections protections = new Protections();
        private int backup;
        private long now = 1_800_000_000_000_000L;
        private long ids;
        private MemoryLog log = newLog();

        World() {
            for (int node = 1; node <= NODES; node++) {
                append("client/node", nodes.joined(node));
                blocks.put(node, new TreeSet<>());
                memories.put(node, new TreeSet<>());
            }
            backup = appended.size();
        }

        private MemoryLog newLog() {
            return new MemoryLog(1 << 12, () -> Instant.ofEpochSecond(now / 1_000_000, now % 1_000_000 * 1_000));
        }

        private boolean append(String actor, Event... events) {
            AnAppend append = AnAppend.withId(++ids);
            for (Event event : events) {
                append.with(event);
            }
            boolean accepted = give(actor, append.request());
            if (accepted) {
                appended.add(append.request());
                actors.add(actor);
                times.add(now);
            }
            return accepted;
        }

        private boolean give(String actor, AppendRequest request) {
            Admission.Verdict verdict = new Admission().admit(actor, request);
            boolean accepted = verdict instanceof Admission.Verdict.Admitted admitted
                    && log.append(admitted.append()).toCompletableFuture().join() instanceof AppendResult.Accepted;
            if (accepted) {
                request.getEventsList().forEach(event -> {
                    protections.note(event);
                    if (event.hasPinPlaced()) {
                        protections.placed(event.getPinPlaced().getManifestCid(), now);
                    }
                });
            }
            return accepted;
        }

        void does(Step step) {
            int artifact = step.artifact();
            ByteString manifest = PinEvents.manifest(artifact);
            now += 1_000_000;
            switch (step.kind()) {
                case PUT -> put(artifact, manifest, step.other());
                case NAME -> append("client/b", DeletionEvents.pointer(step.other(), manifest));
                case UNNAME -> {
                    for (int name = 1; name <= (step.other() > 2 ? 2 * DeletionEvents.NAMES : 1); name++) {
                        append("client/b", DeletionEvents.removed(name));
                    }
                }
                case PROPOSE -> append("operator/o", DeletionEvents.proposed(manifest));
                case VOTE -> {
                    for (int node = 1; node <= step.other(); node++) {
                        vote(node);
                    }
                }
                // A node that votes without looking: two such liars are one too few.
                case LIE -> lie(manifest, step.other());
                case WITHDRAW -> append("operator/o", DeletionEvents.withdrawn(manifest));
                case HOLD -> append("operator/o", DeletionEvents.held(manifest));
                case LIFT -> append("operator/o", DeletionEvents.lifted(manifest));
                case RETAIN -> append("operator/o", DeletionEvents.retention(step.other() % 3));
                case WAIT -> now += step.other() * GRACE / 4;
                case LEAD -> lead();
                case SWEEP -> {
                    for (int node = 1; node <= step.other(); node++) {
                        sweep(node);
                    }
                }
                case BACK_UP -> backup = appended.size();
                case RESTORE -> restore();
                case DELETE -> delete(artifact, step.other());
            }
        }

        /** The first stages of a deletion in their order; what other steps do between two of these comes from the rest. */
        private void delete(int artifact, int stages) {
            List<Step> order = List.of(
                    new Step(Kind.UNNAME, artifact, NODES),
                    new Step(Kind.PROPOSE, artifact, 1),
                    new Step(Kind.VOTE, artifact, NODES),
                    new Step(Kind.WAIT, artifact, 5),
                    new Step(Kind.LEAD, artifact, 1),
                    new Step(Kind.SWEEP, artifact, NODES));
            order.subList(0, Math.min(stages, order.size())).forEach(this::does);
        }

        private void put(int artifact, ByteString manifest, int name) {
            int node = 1 + artifact % NODES;
            int second = 1 + (artifact + 1) % NODES;
            boolean first = !everPut.contains(artifact);
            // Blocks come before the append, also when that is refused.
            blocks.get(node).add(artifact);
            blocks.get(second).add(artifact);
            boolean accepted = append(
                    "client/a", DeletionEvents.placed(manifest, node, second), DeletionEvents.pointer(name, manifest));
            if (accepted) {
                assertThat(reclaimed).as("artifacts that came back").doesNotContain(artifact);
                putAt.put(artifact, now);
                everPut.add(artifact);
            }
            assertThat(accepted || !first).as("a first put is taken").isTrue();
        }

        /** What {@code beacon.node.deletion.Voter} does. */
        private void vote(int node) {
            try (States states = new States(log)) {
                for (TombstoneState open : DeletionsView.open(states.deletions, ByteString.EMPTY, 100)) {
                    ByteString manifest = open.getManifestCid();
                    Deletion judged = states.judge().judge(Cid.of(manifest));
                    if (open.getProposedSequence() > 0 && DeletionJudge.isFree(judged, now)) {
                        append("client/node", nodes.vote(node, manifest, open.getProposedSequence()));
                    }
                }
                for (TombstoneState released : DeletionsView.released(states.deletions, 0, 100)) {
                    if (states.judge().designates(released.getManifestCid(), nodes.id(node))) {
                        memories.get(node).add(number(released.getManifestCid()));
                    }
                }
            }
        }

        private void lie(ByteString manifest, int which) {
            int[] five = nodes.designated(manifest, NODES);
            int liar = five[which % 2];
            try (States states = new States(log)) {
                DeletionsView.find(states.deletions, manifest)
                        .filter(open -> open.getReleasedSequence() == 0 && open.getProposedSequence() > 0)
                        .ifPresent(
                                open -> append("client/node", nodes.vote(liar, manifest, open.getProposedSequence())));
            }
        }

        /** What {@code beacon.node.steward.Releasing} does. */
        private void lead() {
            try (States states = new States(log)) {
                for (TombstoneState open : DeletionsView.open(states.deletions, ByteString.EMPTY, 100)) {
                    Cid manifest = Cid.of(open.getManifestCid());
                    Deletion judged = states.judge().judge(manifest);
                    List<Event> due = DeletionSteps.due(judged, now, GRACE);
                    if (!due.isEmpty() && due.get(0).hasPinReleased()) {
                        boolean lasts = DeletionJudge.isRemembered(judged);
                        assertThat(lasts ? List.of() : protections.of(manifest.bytes(), now))
                                .as("what protects an artifact that is released")
                                .isEmpty();
                        append("member/m1", due.toArray(Event[]::new));
                    }
                }
            }
        }

        /** What {@code beacon.node.deletion.Sweep} does; everything is older than the grace of blocks. */
        private void sweep(int node) {
            try (States states = new States(log)) {
                Set<Integer> marked = new TreeSet<>();
                NodeColumns.list(states.pins, nodes.id(node), 0, Integer.MAX_VALUE)
                        .found()
                        .forEach(column -> marked.add(number(column.group().manifest())));
                Set<Integer> gone = new TreeSet<>(blocks.get(node));
                gone.removeAll(marked);
                blocks.get(node).retainAll(marked);
                gone.retainAll(everPut);
                reclaimed.addAll(gone);
            }
        }

        /** The log goes back to a backup; nodes say what they remember, and the leader acts on it, before anybody sweeps. */
        private void restore() {
            for (int node = 1; node <= NODES; node++) {
                vote(node);
            }
            List<AppendRequest> kept = new ArrayList<>(appended.subList(0, backup));
            List<String> by = new ArrayList<>(actors.subList(0, backup));
            List<Long> at = new ArrayList<>(times.subList(0, backup));
            long present = now;
            log = newLog();
            protections = new Protections();
            for (int i = 0; i < kept.size(); i++) {
                now = at.get(i);
                assertThat(give(by.get(i), kept.get(i))).isTrue();
            }
            now = present;
            appended.subList(backup, appended.size()).clear();
            actors.subList(backup, actors.size()).clear();
            times.subList(backup, times.size()).clear();
            // What was put after the backup is not known any more; whoever has it may put it again.
            Set<Integer> known = pinned();
            everPut.removeIf(artifact -> !known.contains(artifact) && !isReleased(artifact));
            reclaimed.retainAll(everPut);
            memories.forEach((node, remembered) -> remembered.forEach(artifact -> {
                if (known.contains(artifact)) {
                    append("client/node", nodes.vote(node, PinEvents.manifest(artifact), 0));
                }
            }));
            lead();
            heldAgain.clear();
            heldAgain.addAll(reclaimed);
            heldAgain.retainAll(pinned());
            for (int artifact : heldAgain) {
                assertThat(protections.isHeld(PinEvents.manifest(artifact)))
                        .as("hold on the deleted artifact %d that is pinned after a restore", artifact)
                        .isTrue();
            }
        }

        private Set<Integer> pinned() {
            Set<Integer> pinned = new TreeSet<>();
            try (States states = new States(log)) {
                PinsView.list(states.pins, ByteString.EMPTY, 100)
                        .forEach(pin -> pinned.add(number(pin.getManifestCid())));
            }
            return pinned;
        }

        private boolean isReleased(int artifact) {
            try (States states = new States(log)) {
                return DeletionsView.find(states.deletions, PinEvents.manifest(artifact))
                        .filter(tombstone -> tombstone.getReleasedSequence() > 0)
                        .isPresent();
            }
        }

        private static int number(ByteString manifest) {
            return Byte.toUnsignedInt(manifest.byteAt(35));
        }

        /** The promise. */
        void holds() {
            try (States states = new States(log)) {
                for (int artifact : everPut) {
                    Cid manifest = Cid.of(PinEvents.manifest(artifact));
                    Deletion judged = states.judge().judge(manifest);
                    boolean isPinned =
                            PinsView.find(states.pins, manifest.bytes()).isPresent();
                    boolean isProtected = judged.getHoldsCount() > 0
                            || judged.getRetainedUntilUnixMicros() > now
                            || judged.getLiveAddressesCount() > 0;
                    if (heldAgain.contains(artifact) && isPinned) {
                        // Its blocks are gone, and yet it goes only when somebody lifts the hold.
                        continue;
                    }
                    if (reclaimed.contains(artifact)) {
                        assertThat(isPinned)
                                .as("pin of the deleted artifact %d", artifact)
                                .isFalse();
                        TombstoneState tombstone = judged.getTombstone();
                        assertThat(tombstone.getVotesCount())
                                .as("votes for the deletion of %d", artifact)
                                .isGreaterThanOrEqualTo(3);
                    } else if (isPinned || isProtected) {
                        long copies = blocks.values().stream()
                                .filter(stored -> stored.contains(artifact))
                                .count();
                        assertThat(copies)
                                .as("copies of the artifact %d", artifact)
                                .isEqualTo(2);
                    }
                }
            }
        }
    }
}
