package beacon.index.state;

import beacon.index.journal.Journal;
import beacon.index.journal.MemoryJournal;
import beacon.index.log.Append;
import beacon.index.log.AppendResult;
import beacon.index.log.EventLog;
import beacon.index.log.RecordReader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/**
 * The log of one process, in memory: the same decisions, journal records and answers as the replicated one, at once and
 * on the caller's thread. For tests and for the simulator. Belongs to one thread.
 */
public final class MemoryLog implements EventLog {
    private static final long TERM = 1;

    private final Journal journal = new MemoryJournal();
    private final LogApplier applier;
    private final InstantSource clock;
    private final List<LongConsumer> listeners = new ArrayList<>();

    public MemoryLog(int requestWindow, InstantSource clock) {
        this.applier = new LogApplier(IndexState.empty(requestWindow), journal, new Leaves());
        this.clock = clock;
    }

    @Override
    public CompletionStage<AppendResult> append(Append append) {
        Instant now = clock.instant();
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        long before = lastSequence();
        AppendResult result =
                applier.apply(new LogBatch(micros, List.of(append)), TERM).get(0);
        if (lastSequence() > before) {
            List.copyOf(listeners).forEach(listener -> listener.accept(lastSequence()));
        }
        return CompletableFuture.completedFuture(result);
    }

    /** What readers of this log see now. */
    public IndexView view() {
        return applier.state().view();
    }

    @Override
    public long lastSequence() {
        return applier.state().lastSequence();
    }

    @Override
    public CompletionStage<Long> readBarrier() {
        return CompletableFuture.completedFuture(lastSequence());
    }

    @Override
    public RecordReader readFrom(long firstSequence) {
        return journal.readFrom(firstSequence);
    }

    @Override
    public Subscription onAdvance(LongConsumer listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Counts leaves; a log in memory has nobody to prove anything to. */
    private static final class Leaves implements HistoryTree {
        private long size;

        @Override
        public void append(byte[] recorded) {
            size++;
        }

        @Override
        public long size() {
            return size;
        }
    }
}
