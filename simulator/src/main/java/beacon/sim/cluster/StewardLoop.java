package beacon.sim.cluster;

import beacon.index.log.AppendResult;
import beacon.model.Address;
import beacon.model.Cid;
import beacon.model.NodeId;
import beacon.model.PinNames;
import beacon.proto.v1.AppendRequest;
import beacon.proto.v1.BeatKind;
import beacon.proto.v1.BeatStruck;
import beacon.proto.v1.Event;
import beacon.proto.v1.MoveCause;
import beacon.proto.v1.NodeCameUp;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.NodeWentDown;
import beacon.proto.v1.Precondition;
import beacon.proto.v1.ShardMoved;
import beacon.sim.world.World;
import beacon.steward.Decision;
import beacon.steward.HealQueue;
import beacon.steward.Intent;
import beacon.steward.Steward;
import beacon.views.ViewSnapshot;
import beacon.views.nodes.NodesView;
import beacon.views.pins.ColumnRef;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The steward of a member: looks at the nodes, strikes beats, has the production {@link Steward} decide on each and carries
 * its intents out; on a reverb it audits first. Only that of the leader does anything.
 */
final class StewardLoop {
    private static final int PATIENCE = 3;
    private static final String SOURCE = "local";

    private final Member member;
    private final Fleet fleet;
    private final Client log;
    private final World world;
    private final Policy policy;
    private final Set<Flaw> flaws;
    private final Steward steward;
    private final Audits audits;
    private final Map<ByteString, Integer> inVain = new LinkedHashMap<>();
    private final HealQueue queue = new HealQueue();
    private long lastBeat;
    private long decidedOn;
    private long freeAt;
    private long bytesRead;
    private long moves;
    private List<NodeState> nodes = List.of();
    private long nodesOf = -1;
    private boolean guided;
    private boolean beatsAreGiven;
    private long columnMicros;
    /** Of what there was nothing to say of the nodes; looking again would show the same. */
    private long unremarkable = -1;

    StewardLoop(Member member, Fleet fleet, Client log, World world, Policy policy, Set<Flaw> flaws) {
        this.member = member;
        this.fleet = fleet;
        this.log = log;
        this.world = world;
        this.policy = policy;
        this.flaws = flaws;
        this.steward = new Steward(policy.steward());
        this.audits = new Audits(
                member, fleet, world.random("steward " + member.name()), policy.auditColumns(), this::append);
        this.lastBeat = number();
    }

    /**
     * Whether nodes are up is on the log without it.
     *
     * @param micros that it takes to make a column at least, what waiting for silent nodes costs included; 0: as long as
     *     disks, network and waiting take
     * @param withBeats whether beats are struck only when it is told to
     */
    void guided(long micros, boolean withBeats) {
        guided = true;
        columnMicros = micros;
        beatsAreGiven = withBeats;
    }

    /** Bytes that repairs read. */
    long bytesRead() {
        return bytesRead;
    }

    /** Columns that were brought to where they are to be. */
    long moves() {
        return moves;
    }

    private List<NodeState> nodes() {
        if (nodesOf != member.lastSequence()) {
            try (ViewSnapshot state = member.snapshot(Projections.NODES)) {
                nodes = NodesView.list(
                        state,
                        ByteString.EMPTY,
                        Integer.MAX_VALUE,
                        node -> node.getCondition() != NodeCondition.NODE_CONDITION_LEFT);
            }
            nodesOf = member.lastSequence();
        }
        return nodes;
    }

    // Liveness.

    /** Looks at the nodes, if it is the leader's. */
    void look() {
        if (!member.leads() || guided || flaws.contains(Flaw.NO_LIVENESS)) {
            inVain.clear();
            unremarkable = -1;
            return;
        }
        long state = fleet.changes() + member.lastSequence();
        if (state == unremarkable) {
            return;
        }
        Map<NodeState, Boolean> answers = new LinkedHashMap<>();
        boolean remarkable = false;
        for (NodeState node : nodes()) {
            boolean answered = fleet.answers(member.name(), NodeId.of(node.getNodeId()));
            answers.put(node, answered);
            remarkable |= answered == isDown(node);
        }
        unremarkable = remarkable ? -1 : state;
        if (!remarkable) {
            answers.forEach((node, answered) -> inVain.remove(node.getNodeId()));
        } else if (answers.containsValue(true)) {
            world.after(Fleet.PING_TIMEOUT, () -> answers.forEach(this::judge));
        }
    }

    private static boolean isDown(NodeState node) {
        return node.getCondition() == NodeCondition.NODE_CONDITION_DOWN;
    }

    private void judge(NodeState node, boolean answered) {
        boolean down = isDown(node);
        if (answered) {
            inVain.remove(node.getNodeId());
            if (down) {
                append(Event.newBuilder().setNodeCameUp(NodeCameUp.newBuilder().setNodeId(node.getNodeId())));
            }
        } else if (!down && inVain.merge(node.getNodeId(), 1, Integer::sum) >= PATIENCE) {
            inVain.remove(node.getNodeId());
            append(Event.newBuilder()
                    .setNodeWentDown(NodeWentDown.newBuilder()
                            .setNodeId(node.getNodeId())
                            .setReason("it does not answer pings")));
        }
    }

    private void append(Event.Builder event) {
        if (member.leads()) {
            log.append(AppendRequest.newBuilder().addEvents(event), result -> {});
        }
    }

    // Beats.

    private long number() {
        return member.clock() / policy.beat();
    }

    /** Strikes a beat, if it is the leader's and one is due. */
    void beat() {
        long now = number();
        if (!member.leads()) {
            lastBeat = now;
            return;
        }
        boolean reverb = now / policy.barBeats() > lastBeat / policy.barBeats();
        boolean pulse = now / policy.pulseBeats() > lastBeat / policy.pulseBeats();
        if (!beatsAreGiven && (reverb || pulse)) {
            strike(now, reverb);
        }
    }

    /** Strikes a beat, and acts on it. */
    void strike(long index, boolean reverb) {
        AppendRequest.Builder request = AppendRequest.newBuilder()
                .addEvents(Event.newBuilder()
                        .setBeatStruck(BeatStruck.newBuilder()
                                .setKind(reverb ? BeatKind.BEAT_KIND_REVERB : BeatKind.BEAT_KIND_PULSE)
                                .setBeatIndex(index)
                                .setSource(SOURCE)));
        log.append(request, result -> {
            if (result instanceof AppendResult.Accepted accepted) {
                lastBeat = index;
                if (reverb && !flaws.contains(Flaw.NO_AUDITS)) {
                    audits.audit(accepted.firstSequence(), nodes());
                }
                decide(accepted.firstSequence());
            }
        });
    }

    // Repairs.

    private void decide(long beat) {
        if (!member.leads()) {
            queue.clear();
            return;
        }
        queue.begin();
        try (ViewSnapshot nodes = member.snapshot(Projections.NODES);
                ViewSnapshot pins = member.snapshot(Projections.PINS)) {
            Decision decision = steward.decide(nodes, pins, member.lastTimeUnixMicros());
            if (decision.endangered() > 0) {
                world.say("%s decides: endangered %d intents %d deferred %d unreadable %d"
                        .formatted(
                                member.name(),
                                decision.endangered(),
                                decision.intents().size(),
                                decision.deferred(),
                                decision.unreadable().size()));
            }
            queue.replace(decision.intents());
        }
        decidedOn = beat;
        carryOut();
    }

    /** As much as may be under way at once. */
    private void carryOut() {
        if (!member.leads()) {
            queue.clear();
        }
        for (Optional<List<Intent>> work = queue.next(); work.isPresent(); work = queue.next()) {
            List<Intent> intents = work.get();
            Intent first = intents.get(0);
            next(new ArrayDeque<>(intents), first.revision(), decidedOn, () -> {
                queue.ended(first.group().manifest());
                carryOut();
            });
        }
    }

    private void next(Deque<Intent> intents, long revision, long beat, Runnable end) {
        Intent intent = intents.poll();
        if (intent == null || !member.leads()) {
            end.run();
            return;
        }
        Repair repair = new Repair(intent);
        repair.begin(outcome -> {
            if (outcome == null || !member.leads()) {
                next(intents, revision, beat, end);
                return;
            }
            log.append(outcome(repair, outcome, revision, beat), result -> {
                if (result instanceof AppendResult.Accepted) {
                    moves++;
                    next(intents, revision + 1, beat, end);
                } else {
                    end.run();
                }
            });
        });
    }

    private AppendRequest.Builder outcome(Repair repair, NodeId target, long revision, long beat) {
        Intent intent = repair.intent;
        Cid manifest = Cid.of(intent.group().manifest());
        AppendRequest.Builder request = AppendRequest.newBuilder()
                .addEvents(Event.newBuilder()
                        .setShardMoved(ShardMoved.newBuilder()
                                .setManifestCid(intent.group().manifest())
                                .setGroup(intent.group().group())
                                .setColumn(intent.column())
                                .setNodeId(target.bytes())
                                .setCause(cause(intent))
                                .setBeatSequence(beat)
                                .setBlocksWritten(1)
                                .setBytesRead(repair.bytes)));
        return request.addPreconditions(Precondition.newBuilder()
                .setAddress(Address.ofKey(PinNames.pin(manifest)).toString())
                .setExpectedRevision(revision));
    }

    private static MoveCause cause(Intent intent) {
        return switch (intent.cause()) {
            case REPAIRED -> MoveCause.MOVE_CAUSE_REPAIRED;
            case DRAINED -> MoveCause.MOVE_CAUSE_DRAINED;
            case FILLED -> MoveCause.MOVE_CAUSE_FILLED;
            case SPREAD -> MoveCause.MOVE_CAUSE_SPREAD;
        };
    }

    /** Makes one column. */
    private final class Repair {
        private final Intent intent;
        private final int needed;
        private final Deque<Map.Entry<Integer, NodeId>> sources;
        private final NodeId target;
        private int read;
        private long bytes;
        private boolean rotten;

        Repair(Intent intent) {
            this.intent = intent;
            Map<Integer, NodeId> whole = new TreeMap<>(intent.sources().whole());
            NodeId own = whole.get(intent.column());
            this.needed = own != null ? 1 : intent.sources().dataShards();
            List<Map.Entry<Integer, NodeId>> order = new ArrayList<>(whole.entrySet());
            if (own != null) {
                order.removeIf(each -> !each.getKey().equals(intent.column()));
            }
            this.sources = new ArrayDeque<>(order);
            this.target = flaws.contains(Flaw.IGNORE_DOMAINS) ? anybody(intent) : intent.target();
        }

        private NodeId anybody(Intent of) {
            return fleet.nodes().stream()
                    .filter(StorageNode::isUp)
                    .filter(node -> !of.sources().whole().containsValue(node.id()))
                    .map(StorageNode::id)
                    .findFirst()
                    .orElse(of.target());
        }

        /** Ends with the node that has the column now, or nothing when it failed. */
        void begin(Consumer<@Nullable NodeId> then) {
            if (columnMicros == 0) {
                run(then);
                return;
            }
            long end = world.now() + columnMicros;
            run(outcome -> world.after(Math.max(0, end - world.now()), () -> then.accept(outcome)));
        }

        /** What waiting for it costs is part of what a column takes, when that is known. */
        private boolean isPassedOver(NodeId node) {
            return columnMicros > 0 && !fleet.answers(member.name(), node);
        }

        private void run(Consumer<@Nullable NodeId> then) {
            if (read == needed) {
                write(then);
                return;
            }
            Map.Entry<Integer, NodeId> source = sources.poll();
            if (source == null) {
                then.accept(null);
                return;
            }
            if (isPassedOver(source.getValue())) {
                run(then);
                return;
            }
            ColumnRef column = new ColumnRef(intent.group(), source.getKey());
            long size = intent.sources().columnBytes();
            paced(
                    size,
                    () -> fleet.read(member.name(), source.getValue(), column, size, answer -> {
                        if (answer == Fleet.Answer.SOUND
                                || (answer == Fleet.Answer.ROTTEN && flaws.contains(Flaw.TRUST_ROT))) {
                            read++;
                            bytes += size;
                            bytesRead += size;
                            rotten |= answer == Fleet.Answer.ROTTEN;
                        }
                        run(then);
                    }));
        }

        private void write(Consumer<@Nullable NodeId> then) {
            ColumnRef column = new ColumnRef(intent.group(), intent.column());
            if (flaws.contains(Flaw.RECORD_WITHOUT_WRITE)) {
                then.accept(target);
                return;
            }
            if (isPassedOver(target)) {
                then.accept(null);
                return;
            }
            fleet.write(
                    member.name(),
                    target,
                    column,
                    intent.sources().columnBytes(),
                    rotten,
                    taken -> then.accept(taken ? target : null));
        }
    }

    /** Repairs share so many bytes a second. */
    private void paced(long bytes, Runnable work) {
        long start = Math.max(world.now(), freeAt);
        freeAt = start + bytes * World.SECOND / policy.bytesPerSecond();
        world.after(start - world.now(), work);
    }
}
