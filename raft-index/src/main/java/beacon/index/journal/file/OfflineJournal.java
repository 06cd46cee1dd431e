package beacon.index.journal.file;

import beacon.index.journal.Journal;
import beacon.index.journal.JournalException;
import beacon.index.log.RecordReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A journal that no process has open, to be read and not changed: opening it for writing would cut what is damaged.
 *
 * <p>Nobody says how long the history is. Its end is where nothing but zeros follow in the last file; anything else there
 * counts as a record, so that reading reports it as damaged. Whole records lost at the end leave no trace here: compare
 * with a checkpoint.
 */
public final class OfflineJournal implements Journal {
    private final CycleFiles files;
    private final long lastSequence;

    /** Looks for the end of a journal with files of the default size. */
    public OfflineJournal(Path directory) {
        this(new CycleFiles(directory, JournalOptions.DEFAULTS.cycleBits()));
    }

    OfflineJournal(CycleFiles files) {
        this.files = files;
        List<Integer> present = files.present();
        this.lastSequence = present.isEmpty() ? 0 : findEnd(files, present.get(present.size() - 1));
    }

    private static long findEnd(CycleFiles files, int cycle) {
        long before = files.firstSequence(cycle) - 1;
        Path path = files.path(cycle);
        try (DocumentCursor cursor = new DocumentCursor(path)) {
            for (int records = 0; records < files.recordsPerCycle(); records++) {
                DocumentCursor.Step step = cursor.next();
                if (step != DocumentCursor.Step.RECORD) {
                    boolean end = step == DocumentCursor.Step.NOTHING && onlyZerosFrom(path, cursor.position());
                    return before + records + (end ? 0 : 1);
                }
            }
            return before + files.recordsPerCycle();
        } catch (IOException e) {
            throw new JournalException.Failed("expected to find the end of " + path, e);
        }
    }

    private static boolean onlyZerosFrom(Path path, long position) throws IOException {
        byte[] block = new byte[1 << 16];
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            in.skipNBytes(Math.min(position, Files.size(path)));
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                for (int i = 0; i < read; i++) {
                    if (block[i] != 0) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    @Override
    public long lastSequence() {
        return lastSequence;
    }

    @Override
    public void append(long sequence, byte[] bytes) {
        throw new UnsupportedOperationException("expected an open journal, but this one is only read");
    }

    @Override
    public void sync() {
        // Nothing was written.
    }

    @Override
    public RecordReader readFrom(long firstSequence) {
        if (firstSequence < 1 || firstSequence > lastSequence + 1) {
            throw new JournalException.NoSuchSequence(firstSequence, lastSequence);
        }
        return new FileJournalReader(files, () -> lastSequence, firstSequence);
    }

    /** Lengths of the files, holes included. */
    @Override
    public long sizeBytes() {
        long bytes = 0;
        try {
            for (int cycle : files.present()) {
                bytes += Files.size(files.path(cycle));
            }
        } catch (IOException e) {
            throw new JournalException.Failed("expected to size the files in " + files.directory(), e);
        }
        return bytes;
    }

    @Override
    public void close() {
        // Readers hold their own files.
    }
}
