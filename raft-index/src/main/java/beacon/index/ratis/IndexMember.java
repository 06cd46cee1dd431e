package beacon.index.ratis;

import beacon.index.log.Append;
import beacon.index.log.AppendResult;
import beacon.index.log.EventLog;
import beacon.index.log.RecordReader;
import beacon.index.log.RefusalException;
import beacon.index.observe.IndexObserver;
import beacon.index.state.IndexView;
import beacon.index.tree.note.NoteSigner;
import beacon.index.tree.tiles.TransparencyLog;
import beacon.model.Reason;
import beacon.model.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of the index: its storage, its Raft server and what can be asked of them. Opened first, so that it can be
 * asked how it is; then started, when it takes part. A blank member first catches up with the others, because a member
 * that lost its disk must not vote before it has again what it once acknowledged (docs/adr/0007).
 */
public final class IndexMember implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexMember.class);

    private final MemberSettings settings;
    private final MemberStorage storage;
    private final IndexObserver observer;
    private final InstantSource clock;
    private final Instant startedAt;
    private final ExecutorService background;
    private final boolean blank;
    private final List<LongConsumer> listeners = new CopyOnWriteArrayList<>();
    /** Held while the Raft server is begun or ended. */
    private final Object changing = new Object();

    private volatile @Nullable Running running;
    private volatile boolean stopping;

    /** The parts that exist once the member takes part. */
    private record Running(
            RaftServer server,
            IndexStateMachine machine,
            RatisLog log,
            Membership membership,
            Publishing publishing,
            StallWatch stallWatch) {}

    private IndexMember(MemberSettings settings, MemberStorage storage, IndexObserver observer, InstantSource clock) {
        this.settings = settings;
        this.storage = storage;
        this.observer = observer;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.blank = storage.isBlank();
        this.background = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "beacon-" + settings.memberId() + "-background");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Opens the storage of a member. It does not take part before {@link #start}. */
    public static IndexMember open(
            MemberSettings settings, NoteSigner signer, IndexObserver observer, InstantSource clock) {
        return new IndexMember(settings, MemberStorage.open(settings, signer), observer, clock);
    }

    /** Whether the member had no part in the cluster when it was opened: it is new, or it lost its disk. */
    public boolean isBlank() {
        return blank;
    }

    /**
     * Takes part in the cluster. A blank member that others know first fetches what they have; this can take long.
     *
     * @throws IllegalStateException when the member was started before
     */
    public void start() {
        if (running != null) {
            throw new IllegalStateException("expected a member that is not started, but found a running one");
        }
        CatchUp catchUp = new ExportCatchUp(settings.tls());
        List<MemberSettings.MemberAddress> initial =
                blank ? new Admittance(settings, storage, catchUp).await(() -> stopping) : settings.members();
        synchronized (changing) {
            if (!stopping) {
                running = begin(catchUp, initial);
            }
        }
    }

    private Running begin(CatchUp catchUp, List<MemberSettings.MemberAddress> initial) {
        RaftLogFiles.tidy(settings.raftDirectory(), storage.position());
        IndexStateMachine machine = new IndexStateMachine(storage, catchUp, observer, background, listeners);
        RaftProperties properties = RaftSettings.properties(settings);
        try {
            RaftServer server = RaftServer.newBuilder()
                    .setServerId(Membership.peerId(settings.memberId()))
                    .setGroup(RaftGroup.valueOf(Membership.groupId(settings.clusterId()), Membership.peersOf(initial)))
                    .setStateMachine(machine)
                    .setProperties(properties)
                    .setParameters(RaftSettings.security(settings.tls()))
                    .setOption(
                            storage.hasRaftFiles()
                                    ? RaftStorage.StartupOption.RECOVER
                                    : RaftStorage.StartupOption.FORMAT)
                    .build();
            Membership membership = new Membership(server, settings);
            RatisLog log = new RatisLog(server, membership, machine, storage, observer, clock, background);
            server.start();
            return new Running(
                    server,
                    machine,
                    log,
                    membership,
                    new Publishing(settings.memberId(), storage.tree().publisher(false)),
                    new StallWatch(
                            server, membership, machine, storage, () -> background.execute(() -> beginAgain(catchUp))));
        } catch (IOException e) {
            throw new UncheckedIOException("expected the Raft server of this member to start, but it failed", e);
        }
    }

    /** Whoever asks meanwhile is told that this member is catching up; watchers of the log go on afterwards. */
    private void beginAgain(CatchUp catchUp) {
        synchronized (changing) {
            Running parts = running;
            if (stopping || parts == null || !parts.machine().installedWaits()) {
                return;
            }
            running = null;
            end(parts, false);
            try {
                running = begin(catchUp, settings.members());
            } catch (RuntimeException e) {
                LOG.error("raft_did_not_begin_again cause=\"{}\"", e.toString());
                observer.logFailed(e);
            }
        }
    }

    private static void end(Running parts, boolean handOver) {
        parts.publishing().close();
        parts.stallWatch().close();
        parts.log().stopAccepting();
        if (handOver) {
            parts.membership().stepDown();
        }
        RaftClosing.close(parts.server());
    }

    /** How long fsyncs of the Raft log take; empty before the member takes part. */
    public Optional<FsyncTimes> fsyncTimes() {
        return FsyncTimes.of(RaftGroupMemberId.valueOf(
                Membership.peerId(settings.memberId()), Membership.groupId(settings.clusterId())));
    }

    private Running running() {
        Running parts = running;
        if (stopping) {
            throw new RefusalException(Refusal.of(
                    Reason.STOPPING, "expected a running member, but found one that stops; ask another member"));
        }
        if (parts == null) {
            throw new RefusalException(Refusal.of(
                            Reason.CATCHING_UP,
                            "expected a member that takes part, but found one that is still catching up; ask another")
                    .withRetryAfterMillis(500));
        }
        return parts;
    }

    /**
     * The log through this member.
     *
     * @throws RefusalException while the member does not take part
     */
    public EventLog log() {
        return running().log();
    }

    /** Appends that arrived together; each is answered by itself, in the same order. */
    public List<CompletableFuture<AppendResult>> appendAll(List<Append> appends) {
        return running().log().appendAll(appends);
    }

    /** The index as this member has it now, which may be old. */
    public IndexView view() {
        return running().log().view();
    }

    /** The members, and changing them. */
    public Membership membership() {
        return running().membership();
    }

    StallWatch stallWatch() {
        return running().stallWatch();
    }

    /** The Raft term this member is in. */
    public long term() {
        return running().membership().division().getInfo().getCurrentTerm();
    }

    /** Proofs and checkpoints over what this member has applied. */
    public TransparencyLog tree() {
        return storage.tree();
    }

    /** Sequence of the last event on this member's disk, of which some may still have to be applied; 0: none. */
    public long journalSequence() {
        return storage.journal().lastSequence();
    }

    /** Reads history as far as this member has it, also while it does not take part. */
    public RecordReader readFrom(long firstSequence) {
        return storage.journal().readFrom(firstSequence);
    }

    public MemberSettings settings() {
        return settings;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /** How the member is. */
    public MemberStatus status() {
        Running parts = running;
        if (parts == null || stopping) {
            return MemberStatus.absent(storage, blank);
        }
        return MemberStatus.of(storage, parts.membership(), parts.machine());
    }

    /** How often this member fetched state and history from another one since it was opened. */
    public int catchUps() {
        return storage.installs();
    }

    /** State and history of this member at one moment, for another member or a backup. */
    public Export export() {
        MemberSnapshot snapshot = running().machine().capture();
        return new Export(
                snapshot.position().getTerm(),
                snapshot.position().getIndex(),
                snapshot.lastSequence(),
                storage.tree().rootAt(snapshot.lastSequence()).bytes(),
                snapshot::writeTo);
    }

    /**
     * One moment of a member.
     *
     * @param treeRoot root of the transparency tree over the first lastSequence events
     * @param state writes the state; may be called once, later
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed through to the wire; never compared.
    public record Export(long raftTerm, long raftIndex, long lastSequence, byte[] treeRoot, StateWriter state) {}

    /** Writes a state. */
    @FunctionalInterface
    public interface StateWriter {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Upper bound of the age of what {@link #view} shows, in milliseconds; empty when no leader was heard of yet. */
    public Optional<Long> ageMillis() {
        return running().membership().ageMillis();
    }

    @Override
    public void close() {
        close(true);
    }

    /** Stops while all others stop, too: the leadership is not handed over, because nobody stays to take it. */
    public void closeWithAll() {
        close(false);
    }

    private void close(boolean handOver) {
        if (stopping) {
            return;
        }
        stopping = true;
        synchronized (changing) {
            Running parts = running;
            if (parts != null) {
                storage.stopWaiting();
                end(parts, handOver);
                parts.machine().saveNow();
            }
        }
        background.shutdown();
        try {
            if (!background.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("background_work_did_not_end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        storage.close();
    }
}
