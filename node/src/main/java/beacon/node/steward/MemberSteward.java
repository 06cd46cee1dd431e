package beacon.node.steward;

import beacon.dht.blockstore.BlockHash;
import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.ratis.IndexMember;
import beacon.model.Cid;
import beacon.node.artifacts.ColumnRepair;
import beacon.node.artifacts.FleetClient;
import beacon.node.artifacts.FleetNode;
import beacon.node.beats.BeatReports;
import beacon.node.beats.BeatSource;
import beacon.node.beats.Cadence;
import beacon.node.beats.Metronome;
import beacon.node.beats.NatsBeats;
import beacon.node.views.MemberViews;
import beacon.proto.v1.NodeAudit;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import beacon.steward.Decision;
import beacon.steward.Intent;
import beacon.steward.Steward;
import beacon.views.ViewSnapshot;
import beacon.views.nodes.NodesView;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steward of one member. On every member there is one, and only that of the leader does anything. Its host on the data
 * plane is opened when the member first leads.
 */
public final class MemberSteward implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberSteward.class);
    private static final int AUDITORS = 4;
    private static final long ARRIVAL_SECONDS = 20;
    private static final long STOP_SECONDS = 10;

    private final IndexMember member;
    private final MemberViews views;
    private final StewardSettings settings;
    private final Supplier<FleetClient> openFleet;
    private final LeaderLog log;
    private final Cadence cadence;
    private final BeatSource beats;
    private final Optional<NatsBeats> nats;
    private final AtomicBoolean frameWaits = new AtomicBoolean();
    private final Steward steward;
    private final Heals.Counts counts = new Heals.Counts();
    private final Audits.Counts audited = new Audits.Counts();
    private final ProjectionComparison comparison;
    private final Pacer pacer;
    private final Releasing releasing;
    private final ScheduledExecutorService thread;
    private final ExecutorService rounds;
    private final HealCrew crew;
    private final ExecutorService auditor;
    private final ExecutorService auditors;
    private volatile Decision latest = new Decision(List.of(), 0, 0, List.of(), List.of());
    private volatile @Nullable FleetClient fleet;
    private volatile @Nullable Heals heals;
    private @Nullable Liveness liveness;
    private Future<?> round = CompletableFuture.completedFuture(null);
    private Future<?> audit = CompletableFuture.completedFuture(null);

    private MemberSteward(
            IndexMember member,
            MemberViews views,
            StewardSettings settings,
            Supplier<FleetClient> openFleet,
            Supplier<BeaconClient> openClient,
            InstantSource clock) {
        this.member = member;
        this.views = views;
        this.settings = settings;
        this.openFleet = openFleet;
        this.log = new LeaderLog(member);
        this.cadence = new Cadence(settings.beat(), settings.pulseBeats(), settings.barBeats());
        this.steward = new Steward(settings.policy());
        this.comparison = new ProjectionComparison(member, openClient);
        this.pacer = new Pacer(settings.bytesPerSecond());
        this.releasing = new Releasing(log, views, settings.deletionGrace());
        String name = "beacon-" + member.settings().memberId() + "-steward";
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, name));
        this.rounds = Executors.newSingleThreadExecutor(task -> daemon(task, name + "-round"));
        this.crew = new HealCrew(task -> daemon(task, name + "-heal"));
        this.auditor = Executors.newSingleThreadExecutor(task -> daemon(task, name + "-audit"));
        this.auditors = Executors.newFixedThreadPool(AUDITORS, task -> daemon(task, name + "-audit-node"));
        BeatSource local = new Metronome(log::append, cadence, clock);
        String agent = "beacon/" + member.settings().memberId();
        this.nats =
                settings.nats().map(where -> NatsBeats.open(where, agent, log::append, local, cadence, this::framed));
        this.beats = nats.map(each -> (BeatSource) each.source()).orElse(local);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts one.
     *
     * @param openFleet opens this member's client of the storage nodes; called once at most
     * @param openClient opens this member's client of the members; called once at most
     */
    public static MemberSteward start(
            IndexMember member,
            MemberViews views,
            StewardSettings settings,
            Supplier<FleetClient> openFleet,
            Supplier<BeaconClient> openClient,
            InstantSource clock) {
        MemberSteward steward = new MemberSteward(member, views, settings, openFleet, openClient, clock);
        steward.every(settings.ping(), steward::look);
        steward.every(settings.beat(), steward::beat);
        return steward;
    }

    private void every(Duration period, Task task) {
        long millis = period.toMillis();
        var unused = thread.scheduleWithFixedDelay(() -> whileLeading(task), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Has the beat of a frame struck at once; one that waits is enough for all that come meanwhile. */
    private void framed() {
        if (frameWaits.compareAndSet(false, true)) {
            try {
                thread.execute(() -> {
                    frameWaits.set(false);
                    whileLeading(this::beat);
                });
            } catch (RejectedExecutionException e) {
                LOG.debug("frame_after_the_end");
            }
        }
    }

    /** Something to do while this member leads. */
    private interface Task {
        void run() throws InterruptedException;
    }

    private void whileLeading(Task task) {
        try {
            if (log.leads()) {
                task.run();
            } else {
                inVainIsForgotten();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("steward_failed cause=\"{}\"", e.toString());
        }
    }

    private void inVainIsForgotten() {
        comparison.forget();
        crew.forget();
        Liveness known = liveness;
        if (known != null) {
            known.forget();
        }
    }

    private void look() throws InterruptedException {
        List<NodeState> nodes = nodes();
        Liveness looking = looking(nodes);
        looking.look(nodes.stream().filter(MemberSteward::isWatched).toList());
    }

    /** Strikes what is due, and acts on it unless the decision on an earlier beat is still under way. */
    private void beat() throws InterruptedException {
        Optional<BeatSource.Struck> struck = beats.tick();
        struck.ifPresent(beat -> nats.ifPresent(each -> each.reports().struck(beat, cadence.pulseBeats(), work())));
        FleetClient open = fleet;
        if (struck.isEmpty() || open == null) {
            return;
        }
        long sequence = struck.get().sequence();
        if (struck.get().isReverb() && audit.isDone()) {
            audit = auditor.submit(() -> {
                compare(sequence);
                audit(open, sequence);
            });
        }
        if (round.isDone()) {
            round = rounds.submit(() -> {
                try {
                    onBeat(sequence);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (ExecutionException | RuntimeException e) {
                    LOG.warn("steward_failed cause=\"{}\"", e.toString());
                }
            });
        }
    }

    private BeatReports.Work work() {
        Decision known = latest;
        return new BeatReports.Work(known.endangered(), known.intents().size(), healed(), failed());
    }

    private void compare(long sequence) {
        try {
            comparison.compare(sequence);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("projections_not_compared cause=\"{}\"", e.toString());
        }
    }

    /** Has every node that should answer show blocks; which, nobody could know before the beat was on the log. */
    private void audit(FleetClient open, long sequence) {
        try {
            byte[] root = member.tree().rootAt(sequence).bytes();
            Audits audits = new Audits(open, log, views, pacer::moved, audited);
            AuditRound round = new AuditRound(
                    node -> audits.audit(node, lot(root, node), settings.auditBlocks()),
                    this::auditable,
                    log::leads,
                    settings.ping());
            List<NodeAudit> found = round.run(auditors);
            if (!log.leads()) {
                return;
            }
            audits.record(found, sequence);
            long passed = found.stream().filter(node -> node.getMissing() == 0).count();
            LOG.info("audited beat={} answered={} passed={}", sequence, found.size(), passed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("steward_failed cause=\"{}\"", e.toString());
        }
    }

    /** Nodes that should answer now. */
    private List<PeerId> auditable() {
        return nodes().stream()
                .filter(node -> node.getCondition() == NodeCondition.NODE_CONDITION_UP
                        || node.getCondition() == NodeCondition.NODE_CONDITION_DRAINED)
                .map(node -> new PeerId(node.getNodeId()))
                .toList();
    }

    private static RandomGenerator lot(byte[] root, PeerId node) {
        ByteString hash = BlockHash.sha256(Cid.RAW, ByteString.copyFrom(root).concat(node.bytes()))
                .bytes();
        return new SplittableRandom(
                hash.substring(hash.size() - Long.BYTES).asReadOnlyByteBuffer().getLong());
    }

    private static boolean isWatched(NodeState node) {
        return node.getCondition() != NodeCondition.NODE_CONDITION_LEFT;
    }

    private List<NodeState> nodes() {
        try (ViewSnapshot nodes = views.snapshot(MemberViews.NODES)) {
            return NodesView.list(
                    nodes,
                    ByteString.EMPTY,
                    Integer.MAX_VALUE,
                    node -> FleetNode.of(node).isPresent());
        }
    }

    private Liveness looking(List<NodeState> nodes) {
        FleetClient open = fleet;
        if (open == null) {
            open = openFleet.get();
            heals = new Heals(new ColumnRepair(open, pacer::moved), log, counts);
            fleet = open;
        }
        open.know(FleetNode.of(nodes));
        Liveness looking = liveness;
        if (looking == null) {
            looking = new Liveness(open, log);
            liveness = looking;
        }
        return looking;
    }

    /** Decides on what the log says up to the beat, and has what is wanted done. */
    private void onBeat(long sequence) throws InterruptedException, ExecutionException {
        try {
            views.reached(sequence).toCompletableFuture().get(ARRIVAL_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("steward_without_projections cause=\"{}\"", e.toString());
            return;
        }
        crew.begin();
        Map<ByteString, List<PeerId>> manifestNodes = new LinkedHashMap<>();
        try (ViewSnapshot nodes = views.snapshot(MemberViews.NODES);
                ViewSnapshot pins = views.snapshot(MemberViews.PINS)) {
            latest = steward.decide(nodes, pins, member.view().lastTimeUnixMicros());
            for (Intent intent : latest.intents()) {
                manifestNodes.computeIfAbsent(intent.group().manifest(), any -> Audits.copies(pins, intent.group()));
            }
        }
        if (latest.endangered() > 0 || !latest.intents().isEmpty()) {
            LOG.info(
                    "steward_decided beat={} endangered={} intents={} deferred={} unreadable={} shortfalls={}",
                    sequence,
                    latest.endangered(),
                    latest.intents().size(),
                    latest.deferred(),
                    latest.unreadable().size(),
                    latest.shortfalls());
        }
        Heals carrying = heals;
        if (carrying != null) {
            crew.want(
                    latest.intents(),
                    intents -> carrying.carryOut(
                            intents,
                            manifestNodes.getOrDefault(intents.get(0).group().manifest(), List.of()),
                            sequence));
        }
        releasing.run(member.view().lastTimeUnixMicros());
    }

    /** The beats that come over NATS, when they do. */
    public Optional<NatsBeats> nats() {
        return nats;
    }

    /** What the last decision found. */
    public Decision latest() {
        return latest;
    }

    /** By projection, whether members hold different ones; empty on a member that does not lead. */
    public SortedMap<String, Boolean> differing() {
        return comparison.differing();
    }

    /** Columns brought back since the process began. */
    public long healed() {
        return counts.healed().get();
    }

    /** Intents that failed since the process began. */
    public long failed() {
        return counts.failed().get();
    }

    /** Bytes that repairs read since the process began. */
    public long bytesRead() {
        return counts.bytesRead().get();
    }

    /** Blocks that audits asked for since the process began. */
    public long audited() {
        return audited.asked().get();
    }

    /** Blocks that audits did not find since the process began. */
    public long missing() {
        return audited.missing().get();
    }

    @Override
    public void close() {
        nats.ifPresent(NatsBeats::close);
        thread.shutdownNow();
        auditor.shutdownNow();
        auditors.shutdownNow();
        rounds.shutdownNow();
        try {
            boolean healed = crew.stop(STOP_SECONDS);
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS) || !healed) {
                LOG.warn("steward_did_not_stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        FleetClient open = fleet;
        if (open != null) {
            open.close();
        }
        comparison.close();
    }
}
