package beacon.node.views;

import beacon.index.log.RecordReader;
import beacon.index.ratis.IndexMember;
import beacon.views.Checkpoint;
import beacon.views.KeyValues;
import beacon.views.View;
import beacon.views.ViewException;
import beacon.views.ViewRunner;
import beacon.views.ViewSnapshot;
import beacon.views.deletions.DeletionsView;
import beacon.views.keys.KeysView;
import beacon.views.nodes.NodesView;
import beacon.views.pins.PinsView;
import beacon.views.references.ReferencesView;
import beacon.views.store.RocksKeyValues;
import beacon.views.store.WriterThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the projections of a member behind its journal, on one thread. A damaged projection stops, not the member. */
public final class MemberViews implements AutoCloseable {
    /** The storage nodes. */
    public static final View NODES = new NodesView();

    /** The pinned artifacts. */
    public static final View PINS = new PinsView();

    /** The organisation's keys. */
    public static final View KEYS = new KeysView();

    /** Addresses by what they point at. */
    public static final View REFERENCES = new ReferencesView();

    /** Tombstones, holds and retention. */
    public static final View DELETIONS = new DeletionsView();

    private static final Logger LOG = LoggerFactory.getLogger(MemberViews.class);
    private static final List<View> VIEWS = List.of(NODES, PINS, KEYS, REFERENCES, DELETIONS);
    /** So many that folding and writing, each on its thread, seldom wait for each other; a second or two. */
    private static final int ENTRIES_A_STEP = 131_072;

    private static final long PERIOD_MILLIS = 20;

    private final IndexMember member;
    private final Path directory;
    private final KeyValues store;
    private final ViewRunner runner;
    private final ScheduledExecutorService thread;
    private final WriterThread writer;
    private final ConcurrentSkipListMap<Long, CompletableFuture<Void>> waiting = new ConcurrentSkipListMap<>();
    private volatile Map<String, Checkpoint> checkpoints;
    private volatile @Nullable ViewException failure;
    private @Nullable RecordReader reader;

    private MemberViews(IndexMember member, Path directory, KeyValues store) {
        this.member = member;
        this.directory = directory;
        this.store = store;
        String name = "beacon-" + member.settings().memberId() + "-projections";
        this.writer = new WriterThread(name + "-writer");
        this.runner = new ViewRunner(store, VIEWS, writer);
        this.checkpoints = runner.checkpoints();
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Opens the projections beside the member's journal, which keeps others out, and begins to follow it. Damaged files
     * are removed; what they held is made again from the journal.
     */
    public static MemberViews open(IndexMember member, Path directory) {
        KeyValues store = openOrRemove(directory);
        try {
            MemberViews views = new MemberViews(member, directory, store);
            var unused = views.thread.scheduleWithFixedDelay(views::step, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
            return views;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static KeyValues openOrRemove(Path directory) {
        try {
            return new RocksKeyValues(directory);
        } catch (ViewException e) {
            LOG.warn("projections_removed directory={} cause=\"{}\"", directory, e.getMessage());
            try {
                Directories.remove(directory);
            } catch (IOException failed) {
                throw new UncheckedIOException("expected to remove " + directory, failed);
            }
            return new RocksKeyValues(directory);
        }
    }

    private void step() {
        if (failure != null) {
            return;
        }
        try {
            RecordReader from = reader;
            if (from == null) {
                // After the loss of unsynced files the projections can be ahead of a journal that is still refilled.
                if (runner.nextSequence() > member.status().lastSequence() + 1) {
                    return;
                }
                from = member.readFrom(runner.nextSequence());
                reader = from;
            }
            // One commit a period at the tail, where every commit would otherwise be of a few entries.
            int read;
            do {
                read = runner.advance(from, ENTRIES_A_STEP);
                checkpoints = runner.checkpoints();
                arrive();
            } while (read == ENTRIES_A_STEP && !Thread.currentThread().isInterrupted());
        } catch (ViewException e) {
            failure = e;
            waiting.values().forEach(each -> each.completeExceptionally(e));
            LOG.error("projections_stopped cause=\"{}\"", e.getMessage());
        } catch (RuntimeException e) {
            closeReader();
            LOG.warn("projections_not_advanced cause=\"{}\"", e.toString());
        }
    }

    private long sequence() {
        return checkpoints.values().stream()
                .mapToLong(Checkpoint::sequence)
                .min()
                .orElse(0);
    }

    private void arrive() {
        var arrived = waiting.headMap(sequence(), true);
        arrived.values().forEach(each -> each.complete(null));
        arrived.clear();
    }

    /** Completes when the projections have this entry of the log. */
    public CompletionStage<Void> reached(long sequence) {
        ViewException failed = failure;
        if (failed != null) {
            return CompletableFuture.failedFuture(failed);
        }
        if (sequence() >= sequence) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> arrival = waiting.computeIfAbsent(sequence, unused -> new CompletableFuture<>());
        thread.execute(this::step);
        thread.execute(this::arrive);
        return arrival;
    }

    /**
     * The committed state of a view; close it.
     *
     * @throws ViewException when it has none yet
     */
    public ViewSnapshot snapshot(View view) {
        return ViewRunner.snapshot(store, view);
    }

    /**
     * The committed states of views.
     *
     * @throws ViewException when one has none yet
     */
    Moment now(List<View> wanted) {
        return Moment.of(store, wanted, member.view().lastTimeUnixMicros());
    }

    /** For questions about the past; close it before the member. */
    PastStates past() {
        return new PastStates(member, directory.resolveSibling(directory.getFileName() + "-past"));
    }

    /** Where each projection is, by name. */
    public Map<String, Checkpoint> checkpoints() {
        return checkpoints;
    }

    /** Digests kept at the last place where all members keep one. */
    List<ViewRunner.Mark> lastMark(String view, long sequence) {
        long at = sequence - sequence % ViewRunner.MARK_EVERY;
        return at == 0 ? List.of() : ViewRunner.marks(store, view, at, 1);
    }

    private void closeReader() {
        RecordReader open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("projections_did_not_stop");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        waiting.values()
                .forEach(each -> each.completeExceptionally(
                        new ViewException("expected running projections, but they stop; ask another member")));
        closeReader();
        try {
            writer.close();
        } catch (ViewException e) {
            LOG.warn("projections_did_not_stop cause=\"{}\"", e.getMessage());
            return;
        }
        store.close();
    }
}
