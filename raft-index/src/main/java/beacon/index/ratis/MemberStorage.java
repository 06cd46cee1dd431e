package beacon.index.ratis;

import beacon.index.journal.Journal;
import beacon.index.journal.file.ChronicleJournal;
import beacon.index.state.HistoryTree;
import beacon.index.state.IndexState;
import beacon.index.state.LogApplier;
import beacon.index.tree.note.NoteSigner;
import beacon.index.tree.tiles.TransparencyLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * What one member has on disk besides the Raft log: snapshots, journal, tree. Opened as one, because the snapshot says how
 * much of the other two is vouched for.
 */
final class MemberStorage implements AutoCloseable {
    /** A snapshot is taken after this many Raft entries, however few events they held, so that the Raft log is short. */
    static final long MAX_ENTRIES_BETWEEN_SNAPSHOTS = 200_000;

    private static final TermIndex NOTHING = TermIndex.valueOf(0, -1);

    private final MemberSettings settings;
    private final SnapshotFiles snapshots;
    private final PatientJournal journal;
    private final TransparencyLog tree;
    private final ExecutorService tileWriter;
    private volatile LogApplier applier;
    private volatile TermIndex position;
    private final AtomicInteger installs = new AtomicInteger();

    private MemberStorage(
            MemberSettings settings,
            SnapshotFiles snapshots,
            PatientJournal journal,
            TransparencyLog tree,
            ExecutorService tileWriter,
            IndexState state,
            TermIndex position) {
        this.settings = settings;
        this.snapshots = snapshots;
        this.journal = journal;
        this.tree = tree;
        this.tileWriter = tileWriter;
        this.applier = new LogApplier(state, journal, leaves());
        this.position = position;
    }

    static MemberStorage open(MemberSettings settings, NoteSigner signer) {
        SnapshotFiles snapshots = new SnapshotFiles(settings.snapshotDirectory());
        MemberSnapshot.Restored restored = snapshots.load();
        IndexState state = restored == null ? IndexState.empty(settings.requestWindow()) : restored.state();
        ExecutorService tileWriter = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "beacon-" + settings.memberId() + "-tiles");
            thread.setDaemon(true);
            return thread;
        });
        PatientJournal journal = new PatientJournal(
                ChronicleJournal.open(settings.journalDirectory(), state.lastSequence(), settings.journalOptions()));
        try {
            byte[] frontier = restored == null ? new byte[0] : restored.frontier();
            TransparencyLog tree =
                    TransparencyLog.open(settings.treeDirectory(), frontier, journal, signer, tileWriter);
            TermIndex position = restored == null ? NOTHING : restored.position();
            return new MemberStorage(settings, snapshots, journal, tree, tileWriter, state, position);
        } catch (RuntimeException e) {
            journal.close();
            tileWriter.shutdown();
            throw e;
        }
    }

    private HistoryTree leaves() {
        return new HistoryTree() {
            @Override
            public void append(byte[] recorded) {
                tree.append(recorded, recorded.length);
            }

            @Override
            public long size() {
                return tree.size();
            }
        };
    }

    MemberSettings settings() {
        return settings;
    }

    Journal journal() {
        return journal;
    }

    boolean waitsForRoom() {
        return journal.isWaiting();
    }

    TransparencyLog tree() {
        return tree;
    }

    LogApplier applier() {
        return applier;
    }

    /** Place in the Raft log of the newest snapshot; index -1 when there is none. */
    TermIndex position() {
        return position;
    }

    /** Whether this member has never taken part in the cluster. */
    boolean isBlank() {
        return position.getIndex() < 0 && !hasRaftFiles();
    }

    /** Whether there is a Raft log to continue. */
    boolean hasRaftFiles() {
        if (!Files.exists(settings.raftDirectory())) {
            return false;
        }
        try (Stream<Path> files = Files.walk(settings.raftDirectory())) {
            return files.anyMatch(Files::isRegularFile);
        } catch (IOException e) {
            throw new UncheckedIOException("expected to list " + settings.raftDirectory(), e);
        }
    }

    /** Makes a snapshot durable, and first the history that it vouches for. */
    void save(MemberSnapshot snapshot) throws IOException {
        journal.sync();
        snapshots.save(snapshot.lastSequence(), snapshot.position().getIndex(), snapshot::writeTo);
        position = snapshot.position();
    }

    /** Takes over a snapshot from another member; journal and tree reach exactly as far already. */
    void install(byte[] snapshot) throws IOException {
        MemberSnapshot.Restored restored = MemberSnapshot.read(ByteBuffer.wrap(snapshot));
        journal.sync();
        snapshots.save(restored.state().lastSequence(), restored.position().getIndex(), out -> out.write(snapshot));
        applier = new LogApplier(restored.state(), journal, leaves());
        position = restored.position();
        installs.incrementAndGet();
    }

    int installs() {
        return installs.get();
    }

    void stopWaiting() {
        journal.stopWaiting();
    }

    @Override
    public void close() {
        tileWriter.shutdown();
        try {
            if (!tileWriter.awaitTermination(5, TimeUnit.SECONDS)) {
                tileWriter.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        journal.close();
    }
}
