package beacon.node.views;

import beacon.index.log.RecordReader;
import beacon.index.log.RefusalException;
import beacon.index.ratis.IndexMember;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.views.View;
import beacon.views.ViewException;
import beacon.views.ViewRunner;
import beacon.views.store.RocksKeyValues;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States of projections at moments of the past, folded from the journal into files of their own: a question about the past takes
 * time and disk, not heap. The last {@value #MAX_FOLDS} are kept for a while, so that the next page, and any later moment, goes on
 * from there; so does the next try of a question whose caller did not wait. Belongs to one thread.
 */
final class PastStates implements AutoCloseable {
    /** Kept at most; each takes as much disk as the projections it has. */
    static final int MAX_FOLDS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(PastStates.class);
    /** Between two looks at whether anybody still waits: tenths of a second. */
    private static final int ENTRIES_A_STEP = 16_384;

    private final IndexMember member;
    private final Path directory;
    private final int entriesAStep;
    private final LongSupplier nanoTime;
    /** The one that was used last is the last. */
    private final List<Fold> folds = new ArrayList<>();

    private long made;

    /** @param directory of this alone; what is left there from before is removed */
    PastStates(IndexMember member, Path directory) {
        this(member, directory, ENTRIES_A_STEP, System::nanoTime);
    }

    PastStates(IndexMember member, Path directory, int entriesAStep, LongSupplier nanoTime) {
        this.member = member;
        this.directory = directory;
        this.entriesAStep = entriesAStep;
        this.nanoTime = nanoTime;
        remove(directory);
    }

    /**
     * A moment.
     *
     * @param views whose states are wanted
     * @param sequence last entry to read
     * @param timeUnixMicros entries of a later time are not read
     */
    record Wanted(List<View> views, long sequence, long timeUnixMicros) {
        private List<String> names() {
            return views.stream().map(View::name).toList();
        }
    }

    /** Views that were run up to some entry. */
    private static final class Fold {
        private final List<String> names;
        private final Path directory;
        private final RocksKeyValues store;
        private final ViewRunner runner;
        private long timeUnixMicros;
        private long usedNanos;

        Fold(Wanted wanted, Path directory) {
            this.names = wanted.names();
            this.directory = directory;
            this.store = new RocksKeyValues(directory);
            this.runner = new ViewRunner(store, wanted.views());
        }

        boolean leadsTo(Wanted wanted) {
            return names.containsAll(wanted.names())
                    && sequence() <= wanted.sequence()
                    && timeUnixMicros <= wanted.timeUnixMicros();
        }

        long sequence() {
            return runner.nextSequence() - 1;
        }
    }

    /**
     * The states at a moment; close them before the next question.
     *
     * @param isAwaited whether somebody still waits for the answer; what was folded until then is kept
     * @throws RefusalException when there is not enough disk
     */
    Moment at(Wanted wanted, BooleanSupplier isAwaited) {
        Fold fold = closest(wanted);
        try {
            advance(fold, wanted, isAwaited);
            return Moment.of(fold.store, wanted.views(), fold.timeUnixMicros);
        } catch (ViewException e) {
            drop(fold);
            LOG.warn("past_not_folded sequence={} cause=\"{}\"", fold.sequence(), e.getMessage());
            throw new RefusalException(Refusal.of(
                            Reason.CATCHING_UP,
                            "expected to fold the history on this member, but that failed; ask another member")
                    .withRetryAfterMillis(1_000));
        } finally {
            // Now, and not when it was begun: what took long to fold is what is worth most to keep.
            fold.usedNanos = nanoTime.getAsLong();
        }
    }

    private Fold closest(Wanted wanted) {
        Optional<Fold> known =
                folds.stream().filter(fold -> fold.leadsTo(wanted)).max(Comparator.comparingLong(Fold::sequence));
        Fold fold = known.orElseGet(() -> {
            while (folds.size() >= MAX_FOLDS) {
                drop(folds.get(0));
            }
            return new Fold(wanted, directory.resolve(Long.toString(++made)));
        });
        folds.remove(fold);
        folds.add(fold);
        return fold;
    }

    private void advance(Fold fold, Wanted wanted, BooleanSupplier isAwaited) {
        try (RecordReader history = member.readFrom(fold.runner.nextSequence())) {
            UntilReader until = new UntilReader(history, wanted.sequence(), wanted.timeUnixMicros());
            int read;
            do {
                requireSpace();
                read = fold.runner.advance(until, entriesAStep);
                fold.timeUnixMicros = Math.max(fold.timeUnixMicros, until.lastTimeUnixMicros());
                if (read == entriesAStep
                        && (!isAwaited.getAsBoolean() || Thread.currentThread().isInterrupted())) {
                    throw Status.CANCELLED
                            .withDescription("expected somebody to wait for the history up to %d, but nobody did at %d"
                                    .formatted(wanted.sequence(), fold.sequence()))
                            .asRuntimeException();
                }
            } while (read == entriesAStep);
        }
    }

    /** The past must not take the disk that the present needs. */
    private void requireSpace() {
        long kept = 2 * member.settings().reserveBytes();
        try {
            long usable = Files.getFileStore(directory).getUsableSpace();
            if (usable < kept) {
                throw new RefusalException(Refusal.of(
                        Reason.DISK_FULL,
                        "expected %d free bytes on this member to fold history, but found %d; make room on its disk"
                                .formatted(kept, usable)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("expected to learn the free space of " + directory, e);
        }
    }

    boolean isEmpty() {
        return folds.isEmpty();
    }

    /** Gives the disk of those back that were not used for so long. */
    void forgetUnused(Duration since) {
        long now = nanoTime.getAsLong();
        folds.stream()
                .filter(fold -> now - fold.usedNanos >= since.toNanos())
                .toList()
                .forEach(this::drop);
    }

    private void drop(Fold fold) {
        folds.remove(fold);
        fold.store.close();
        remove(fold.directory);
    }

    private static void remove(Path directory) {
        try {
            Directories.remove(directory);
        } catch (IOException e) {
            // Tried again at the next start.
            LOG.warn("past_not_removed directory={} cause=\"{}\"", directory, e.toString());
        }
    }

    @Override
    public void close() {
        forgetUnused(Duration.ZERO);
        remove(directory);
    }
}
