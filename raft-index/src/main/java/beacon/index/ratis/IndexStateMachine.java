package beacon.index.ratis;

import beacon.index.log.AppendResult;
import beacon.index.observe.IndexObserver;
import beacon.index.state.IndexView;
import beacon.index.state.LogApplier;
import beacon.index.state.LogBatch;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adapts {@link LogApplier} to Ratis. Ratis applies on one thread; what other threads read is published after each entry.
 * A failure while applying is a bug or lost storage: it is thrown, and Ratis closes the member, because a stopped member
 * can be repaired and a wrong one cannot.
 */
final class IndexStateMachine extends BaseStateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(IndexStateMachine.class);

    private final MemberStorage storage;
    private final IndexObserver observer;
    private final Executor background;
    private final CatchUp catchUp;
    private final ConcurrentHashMap<Long, PendingBatch> pending = new ConcurrentHashMap<>();
    private final List<LongConsumer> listeners;

    /** Guards the applier against the exchange of all state while catching up; never contended otherwise. */
    private final Object applying = new Object();

    private LogApplier applier;
    private volatile IndexView view;
    private volatile long snapshotIndex;
    private volatile long snapshotSequence;
    private volatile boolean snapshotRunning;
    private volatile boolean leaderReady;
    private volatile boolean installedWaits;

    /**
     * A machine that goes on where the storage is.
     *
     * @param listeners told of each new last sequence; safe for any thread
     */
    IndexStateMachine(
            MemberStorage storage,
            CatchUp catchUp,
            IndexObserver observer,
            Executor background,
            List<LongConsumer> listeners) {
        this.storage = storage;
        this.listeners = listeners;
        this.catchUp = catchUp;
        this.observer = observer;
        this.background = background;
        this.applier = storage.applier();
        this.view = applier.state().view();
        TermIndex position = storage.position();
        setLastAppliedTermIndex(position);
        snapshotIndex = position.getIndex();
        snapshotSequence = view.lastSequence();
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage) throws IOException {
        getLifeCycle().startAndTransition(() -> super.initialize(server, groupId, raftStorage));
    }

    /** What readers see: everything applied so far. */
    IndexView view() {
        return view;
    }

    long snapshotSequence() {
        return snapshotSequence;
    }

    boolean isLeaderReady() {
        return leaderReady;
    }

    /** Whether state was fetched that Ratis has not yet told this machine to use. */
    boolean installedWaits() {
        return installedWaits;
    }

    void register(long callId, PendingBatch batch) {
        pending.put(callId, batch);
    }

    void unregister(long callId) {
        pending.remove(callId);
    }

    void addListener(LongConsumer listener) {
        listeners.add(listener);
    }

    void removeListener(LongConsumer listener) {
        listeners.remove(listener);
    }

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        PendingBatch batch = pending.get(request.getCallId());
        if (batch != null) {
            batch.markOffered();
        }
        return TransactionContext.newBuilder()
                .setStateMachine(this)
                .setClientRequest(request)
                .setStateMachineContext(batch)
                .build();
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        LogBatch batch = LogBatchCodec.decode(
                entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer());
        List<AppendResult> results;
        synchronized (applying) {
            long before = applier.state().lastSequence();
            ApplyEvent event = new ApplyEvent();
            event.begin();
            results = applier.apply(batch, entry.getTerm());
            view = applier.state().view();
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            event.commit(batch.appends().size(), view.lastSequence() - before, view.lastSequence());
            observer.applied(batch.appends().size(), view.lastSequence());
        }
        if (transaction.getStateMachineContext() instanceof PendingBatch waiting) {
            waiting.results().complete(results);
        }
        announce();
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    private void announce() {
        long sequence = view.lastSequence();
        for (LongConsumer listener : listeners) {
            listener.accept(sequence);
        }
    }

    /** Linearizable reads only need to know that everything up to the read index is applied. */
    @Override
    public CompletableFuture<Message> query(Message request) {
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, @Nullable RaftPeerId leader) {
        leaderReady = false;
        observer.leaderChanged(leader == null ? "" : leader.toString());
        LOG.info("leader_changed member={} leader={}", member.getPeerId(), leader);
    }

    @Override
    public void notifyLeaderReady() {
        leaderReady = true;
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        LOG.error("raft_log_failed cause=\"{}\"", String.valueOf(cause));
        observer.logFailed(cause);
    }

    @Override
    public long takeSnapshot() {
        if (snapshotRunning || installedWaits) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        long completed = snapshotIndex;
        if (view.lastSequence() - snapshotSequence >= storage.settings().snapshotEvents()
                || getLastAppliedTermIndex().getIndex() - completed >= MemberStorage.MAX_ENTRIES_BETWEEN_SNAPSHOTS) {
            snapshotRunning = true;
            MemberSnapshot snapshot = capture();
            background.execute(() -> save(snapshot));
        }
        return completed > reported ? report(completed) : RaftLog.INVALID_LOG_INDEX;
    }

    private long reported = RaftLog.INVALID_LOG_INDEX;

    private long report(long index) {
        reported = index;
        return index;
    }

    /** The present moment; waits for the entry that is being applied. */
    MemberSnapshot capture() {
        synchronized (applying) {
            return new MemberSnapshot(
                    getLastAppliedTermIndex(),
                    storage.tree().encodeFrontier(),
                    applier.state().capture());
        }
    }

    /** Saves the present moment before the member stops, so that it starts quickly; what was installed is newer. */
    void saveNow() {
        if (view.lastSequence() > snapshotSequence && !installedWaits) {
            save(capture());
        }
    }

    private synchronized void save(MemberSnapshot snapshot) {
        SnapshotEvent event = new SnapshotEvent();
        event.begin();
        try {
            storage.save(snapshot);
            snapshotSequence = snapshot.lastSequence();
            snapshotIndex = snapshot.position().getIndex();
            event.commit(snapshot.lastSequence());
            observer.snapshotTaken(snapshot.lastSequence());
        } catch (IOException | RuntimeException e) {
            LOG.warn("snapshot_failed sequence={} cause=\"{}\"", snapshot.lastSequence(), e.toString());
        } finally {
            snapshotRunning = false;
        }
    }

    @Override
    public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
            RoleInfoProto role, TermIndex firstTermIndexInLog) {
        return CompletableFuture.supplyAsync(
                () -> {
                    synchronized (applying) {
                        String leader =
                                role.getFollowerInfo().getLeaderInfo().getId().getClientAddress();
                        LOG.info("catch_up_started leader={} from={}", leader, view.lastSequence() + 1);
                        catchUp.from(leader, storage);
                        installedWaits = true;
                        LOG.info(
                                "catch_up_finished sequence={}",
                                storage.applier().state().lastSequence());
                        return storage.position();
                    }
                },
                background);
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() {
        synchronized (applying) {
            applier = storage.applier();
            view = applier.state().view();
            setLastAppliedTermIndex(storage.position());
            snapshotIndex = storage.position().getIndex();
            snapshotSequence = view.lastSequence();
            installedWaits = false;
        }
        getLifeCycle().transition(LifeCycle.State.STARTING);
        getLifeCycle().transition(LifeCycle.State.RUNNING);
        announce();
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        TermIndex position = storage.position();
        if (position.getIndex() < 0) {
            return null;
        }
        return new SnapshotInfo() {
            @Override
            public TermIndex getTermIndex() {
                return position;
            }

            @Override
            public List<FileInfo> getFiles() {
                return List.of();
            }
        };
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return new StateMachineStorage() {
            @Override
            public void init(RaftStorage raftStorage) {}

            @Override
            public @Nullable SnapshotInfo getLatestSnapshot() {
                return IndexStateMachine.this.getLatestSnapshot();
            }

            @Override
            public void format() {}

            @Override
            public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {}
        };
    }
}
