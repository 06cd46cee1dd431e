package beacon.index.journal.file;

import beacon.index.journal.JournalException;
import beacon.index.log.RecordReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads records out of the cycle files, up to what the writer has published. */
final class FileJournalReader implements RecordReader {
    private final CycleFiles files;
    private final LongSupplier lastSequence;
    private final RecordChecksum checksum = new RecordChecksum();
    private @Nullable DocumentCursor cursor;
    private int cursorCycle = -1;
    private long next;
    private byte[] buffer = new byte[1 << 10];
    private int length;

    FileJournalReader(CycleFiles files, LongSupplier lastSequence, long firstSequence) {
        this.files = files;
        this.lastSequence = lastSequence;
        this.next = firstSequence;
    }

    @Override
    public boolean next() {
        if (next > lastSequence.getAsLong()) {
            return false;
        }
        try {
            DocumentCursor open = cursor == null || files.cycleOf(next) != cursorCycle ? seek() : cursor;
            long position = open.position();
            DocumentCursor.Step step = open.next();
            if (step != DocumentCursor.Step.RECORD || !take(open)) {
                retry(open, position);
            }
        } catch (FileNotFoundException e) {
            throw damage(next, "its file is missing: " + files.path(files.cycleOf(next)));
        } catch (IOException e) {
            throw new JournalException.Failed("expected to read journal record " + next, e);
        }
        next++;
        return true;
    }

    /** Opens the file of the next record and stands before the record, by the index and at most a short walk. */
    private DocumentCursor seek() throws IOException {
        close();
        cursorCycle = files.cycleOf(next);
        DocumentCursor open = new DocumentCursor(files.path(cursorCycle));
        cursor = open;
        int place = files.placeOf(next);
        long indexed = IndexPages.positionBefore(open, place);
        open.moveTo(indexed);
        walk(open, indexed == 0 ? place : place % QueueLayout.INDEX_SPACING);
        return open;
    }

    /** Passes over records; returns how many there were to pass over. */
    private static int walk(DocumentCursor cursor, int records) throws IOException {
        for (int i = 0; i < records; i++) {
            if (cursor.next() != DocumentCursor.Step.RECORD) {
                return i;
            }
        }
        return records;
    }

    /** Copies the cursor's record if it is the next one, whole. */
    private boolean take(DocumentCursor from) {
        int eventLength = from.eventLength();
        if (from.storedChecksum() != checksum.of(next, from.block(), from.eventOffset(), eventLength)) {
            return false;
        }
        if (buffer.length < eventLength) {
            buffer = new byte[Math.max(eventLength, 2 * buffer.length)];
        }
        System.arraycopy(from.block(), from.eventOffset(), buffer, 0, eventLength);
        length = eventLength;
        return true;
    }

    /**
     * The record is published, so it must be there. But what was read ahead may be older than the record, and the index
     * is only a shortcut: read again, then walk the whole file, before calling the record damaged.
     */
    private void retry(DocumentCursor open, long position) throws IOException {
        open.moveTo(position);
        if (open.next() == DocumentCursor.Step.RECORD && take(open)) {
            return;
        }
        open.moveTo(0);
        int walked = walk(open, files.placeOf(next));
        DocumentCursor.Step step = open.next();
        if (step != DocumentCursor.Step.RECORD) {
            throw damage(
                    files.firstSequence(cursorCycle) + walked,
                    "%s at position %d of %s".formatted(CycleScan.describe(step), open.position(), path()));
        }
        if (!take(open)) {
            throw damage(next, "its checksum is wrong at position %d of %s".formatted(open.recordPosition(), path()));
        }
    }

    /** A later attempt starts from the file again. */
    private JournalException.Damaged damage(long sequence, String detail) {
        close();
        return new JournalException.Damaged(sequence, detail);
    }

    /** Header of the file that the current record is in, and whether it ends with this record. */
    boolean headerEndsHere() throws IOException {
        DocumentCursor open = Objects.requireNonNull(cursor);
        long recordPosition = open.recordPosition();
        return CycleHeader.matches(open.metadataAt(0), files.placeOf(sequence()) + 1, recordPosition);
    }

    /** End of the current record in its file. */
    long end() {
        return Objects.requireNonNull(cursor).position();
    }

    private Path path() {
        return files.path(cursorCycle);
    }

    @Override
    public long sequence() {
        return next - 1;
    }

    @Override
    public byte[] buffer() {
        return buffer;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }
}
