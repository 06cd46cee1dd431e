package beacon.index.journal.file;

import beacon.index.journal.JournalException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a journal directory in order before it is opened.
 *
 * <p>History up to the durable sequence was synced when a snapshot vouched for it, so it must be there: if not, the disk
 * lied or somebody changed the files, and the member must not start on it. What follows is a copy of what the Raft log
 * holds: the longest intact prefix stays, the rest is cut and comes back from there. The files from the durable
 * sequence's own on are read completely; of earlier ones only the bookkeeping, the first and the last record are.
 */
final class JournalRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);
    private static final String REWRITE_DIRECTORY = "rewrite";

    private final CycleFiles files;
    private final JournalOptions options;
    private final long durable;

    JournalRecovery(CycleFiles files, JournalOptions options, long durable) {
        this.files = files;
        this.options = options;
        this.durable = durable;
    }

    /**
     * What recovery left.
     *
     * @param tailEnd end of what is written in the file of the last sequence
     * @param fullBytes bytes in the files before that one
     */
    record Recovered(long lastSequence, long tailEnd, long fullBytes) {}

    /** A cycle and what is in it. */
    private record Tail(int cycle, CycleScan scan) {}

    Recovered recover() throws IOException {
        removeLeftovers();
        List<Integer> present = files.present();
        int first = durable == 0 ? 0 : files.cycleOf(durable);
        long fullBytes = 0;
        for (int cycle = 0; cycle < first; cycle++) {
            fullBytes += checkFull(cycle);
        }
        Tail tail = null;
        for (Tail found : intact(first, present)) {
            fullBytes += tail == null ? 0 : occupied(tail.scan().end());
            tail = found;
        }
        long last = tail == null ? files.firstSequence(first) - 1 : lastSequence(tail);
        if (last < durable) {
            throw refusal(last + 1, tail == null ? missing(first) : describe(tail));
        }
        cut(present, tail);
        return new Recovered(last, tail == null ? 0 : settle(tail), fullBytes);
    }

    /** The cycles of the intact prefix from the given one on; the last of them may be partly filled. */
    private List<Tail> intact(int first, List<Integer> present) throws IOException {
        List<Tail> intact = new ArrayList<>();
        for (int cycle = first; present.contains(cycle); cycle++) {
            CycleScan scan = CycleScan.of(files, cycle);
            if (scan.records() == 0 && (cycle > first || durable == 0)) {
                break;
            }
            intact.add(new Tail(cycle, scan));
            if (scan.records() < files.recordsPerCycle() || !scan.bookkept()) {
                break;
            }
        }
        return intact;
    }

    private long lastSequence(Tail tail) {
        return files.firstSequence(tail.cycle()) - 1 + tail.scan().records();
    }

    private String describe(Tail tail) {
        return "%s at position %d of %s"
                .formatted(tail.scan().stopped(), tail.scan().end(), files.path(tail.cycle()));
    }

    /** Looks at a file that was complete before the last snapshot; returns its size. */
    private long checkFull(int cycle) throws IOException {
        long first = files.firstSequence(cycle);
        long last = first + files.recordsPerCycle() - 1;
        if (!Files.exists(files.path(cycle))) {
            throw refusal(first, missing(cycle));
        }
        try (FileJournalReader atFirst = new FileJournalReader(files, () -> last, first);
                FileJournalReader atLast = new FileJournalReader(files, () -> last, last)) {
            atFirst.next();
            atLast.next();
            if (!atLast.headerEndsHere()) {
                // Chronicle acts on it, and the records alone do not tell who changed it.
                throw refusal(first, "the header of its file is not what was written: " + files.path(cycle));
            }
            return occupied(atLast.end());
        } catch (JournalException.Damaged e) {
            // Something is wrong on the way to the last record; where it starts, only a full reading tells.
            CycleScan scan = CycleScan.of(files, cycle);
            boolean found = scan.records() < files.recordsPerCycle();
            throw found ? refusal(first + scan.records(), describe(new Tail(cycle, scan))) : e;
        }
    }

    private String missing(int cycle) {
        return "its file is missing: " + files.path(cycle);
    }

    /** Disk space of a file with the given end; what lies behind the reserve is a hole. */
    private long occupied(long end) {
        long step = options.reserveBytes();
        return (end + step - 1) / step * step;
    }

    private JournalException.Damaged refusal(long sequence, String detail) {
        return new JournalException.Damaged(
                sequence,
                detail + ". History up to sequence " + durable
                        + " was on this disk when the last snapshot was taken, so"
                        + " this member does not start: remove its data directory and let it catch up from the other"
                        + " members, or restore a backup");
    }

    /** Removes files behind the tail, last first, so that a crash meanwhile leaves no gap. */
    private void cut(List<Integer> present, @Nullable Tail tail) throws IOException {
        int keep = tail == null ? -1 : tail.cycle();
        for (int i = present.size() - 1; i >= 0 && present.get(i) > keep; i--) {
            LOG.warn("cut journal file={} reason=\"behind the intact prefix\"", files.path(present.get(i)));
            Files.delete(files.path(present.get(i)));
        }
        files.syncDirectory();
    }

    /** Leaves nothing behind the last record, and Chronicle's bookkeeping in agreement; returns the end. */
    private long settle(Tail tail) throws IOException {
        Path path = files.path(tail.cycle());
        if (tail.scan().bookkept()) {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(tail.scan().end());
            }
            return tail.scan().end();
        }
        LOG.warn(
                "rewrite journal file={} records={} reason=\"{}\"",
                path,
                tail.scan().records(),
                tail.scan().stopped());
        rewrite(tail);
        CycleScan after = CycleScan.of(files, tail.cycle());
        if (after.records() != tail.scan().records() || !after.bookkept()) {
            throw new IOException("expected %d records in the rewritten %s, but found %d (%s)"
                    .formatted(tail.scan().records(), path, after.records(), after.stopped()));
        }
        return after.end();
    }

    private void rewrite(Tail tail) throws IOException {
        Path directory = Files.createDirectory(files.directory().resolve(REWRITE_DIRECTORY));
        CycleFiles copy = files.in(directory);
        long first = files.firstSequence(tail.cycle());
        try (SpaceReserve reserve = new SpaceReserve(copy, options);
                QueueWriter writer = QueueWriter.startingAt(copy, tail.cycle());
                FileJournalReader reader = new FileJournalReader(files, () -> lastSequence(tail), first)) {
            long end = 0;
            while (reader.next()) {
                reserve.ensure(tail.cycle(), end, reader.length() + IndexPages.overheadBytes());
                end = writer.append(reader.sequence(), reader.buffer(), 0, reader.length());
            }
        }
        try (RandomAccessFile file =
                new RandomAccessFile(copy.path(tail.cycle()).toFile(), "rw")) {
            file.getFD().sync();
        }
        Files.move(copy.path(tail.cycle()), files.path(tail.cycle()), StandardCopyOption.ATOMIC_MOVE);
        files.syncDirectory();
        removeLeftovers();
    }

    private void removeLeftovers() throws IOException {
        Path directory = files.directory().resolve(REWRITE_DIRECTORY);
        if (Files.isDirectory(directory)) {
            try (var entries = Files.list(directory)) {
                for (Path entry : entries.toList()) {
                    Files.delete(entry);
                }
            }
            Files.delete(directory);
        }
        Files.deleteIfExists(files.directory().resolve(QueueWriter.BOOKKEEPING_FILE));
    }
}
