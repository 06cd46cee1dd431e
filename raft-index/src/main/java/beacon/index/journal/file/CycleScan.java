package beacon.index.journal.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The longest intact prefix of one cycle file, found by reading all of it.
 *
 * @param records number of intact records
 * @param end where the first document starts that is not part of the prefix
 * @param stopped what stands there, for a message
 * @param bookkept whether Chronicle's own bookkeeping says the same
 */
record CycleScan(int records, long end, String stopped, boolean bookkept) {
    static CycleScan of(CycleFiles files, int cycle) throws IOException {
        return of(files, files.path(cycle), cycle);
    }

    /** Reads a file whose records belong to the given cycle. */
    static CycleScan of(CycleFiles files, Path path, int cycle) throws IOException {
        RecordChecksum checksum = new RecordChecksum();
        PositionList indexed = new PositionList();
        long lastPosition = 0;
        int records = 0;
        String stopped = "the file is full";
        try (DocumentCursor cursor = new DocumentCursor(path)) {
            long end = cursor.position();
            while (records < files.recordsPerCycle()) {
                DocumentCursor.Step step = cursor.next();
                if (step != DocumentCursor.Step.RECORD) {
                    stopped = describe(step);
                    end = cursor.position();
                    break;
                }
                long position = cursor.recordPosition();
                long sequence = files.firstSequence(cycle) + records;
                if (cursor.storedChecksum()
                        != checksum.of(sequence, cursor.block(), cursor.eventOffset(), cursor.eventLength())) {
                    stopped = "the checksum is wrong";
                    end = position;
                    break;
                }
                if (records % QueueLayout.INDEX_SPACING == 0) {
                    indexed.add(position);
                }
                lastPosition = position;
                records++;
                end = cursor.position();
            }
            boolean bookkept = CycleHeader.matches(cursor.metadataAt(0), records, lastPosition)
                    && IndexPages.matches(cursor, indexed, end);
            return new CycleScan(records, end, stopped, bookkept);
        }
    }

    static String describe(DocumentCursor.Step step) {
        return switch (step) {
            case RECORD -> "a record is there";
            case NOTHING -> "nothing is written there";
            case NOT_COMPLETE -> "a record ends before it is complete";
            case IMPOSSIBLE -> "its length is impossible";
        };
    }
}
