package beacon.index.journal.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Walks the documents of one cycle file with bounded reads: whatever the bytes say, it neither reads beyond the file nor
 * grows beyond a record. Reads through {@link RandomAccessFile}, which an interrupted thread does not close. Belongs to
 * one thread; the file may grow meanwhile.
 */
final class DocumentCursor implements AutoCloseable {
    /** What stands at the cursor. */
    enum Step {
        /** A complete record; the cursor has moved behind it. */
        RECORD,
        /** Zeros or the end of the file: nothing was written here yet. */
        NOTHING,
        /** The mark of a finished file, or a document that was never finished. */
        NOT_COMPLETE,
        /** A header that no writer of ours makes. */
        IMPOSSIBLE
    }

    /** First read after a move; each following read doubles, so that a follower of the end reads little. */
    private static final int FIRST_READ_BYTES = 1 << 12;

    private static final int LARGEST_READ_BYTES = 1 << 16;

    private final RandomAccessFile file;
    private byte[] block = new byte[FIRST_READ_BYTES];
    private int readBytes = FIRST_READ_BYTES;
    private long blockStart;
    private int blockLength;
    private long position;
    private int header;
    private int contentOffset;
    private int contentLength;

    DocumentCursor(Path path) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "r");
    }

    /** Where the next document starts. */
    long position() {
        return position;
    }

    /** Continues at the given document, with a fresh view of the file. */
    void moveTo(long documentStart) {
        position = documentStart;
        blockLength = 0;
        readBytes = FIRST_READ_BYTES;
    }

    /** Finds the next record, passing over metadata. Stays in front of anything else. */
    Step next() throws IOException {
        while (true) {
            Step step = nextDocument();
            if (step != Step.RECORD || !QueueLayout.isMetadata(header)) {
                return step;
            }
        }
    }

    /** Takes one document of either kind; {@link Step#RECORD} then means any complete document. */
    private Step nextDocument() throws IOException {
        position = QueueLayout.aligned(position);
        if (!load(position, QueueLayout.HEADER_BYTES)) {
            return Step.NOTHING;
        }
        header = QueueLayout.intAt(block, offsetOf(position));
        if (header == 0) {
            return Step.NOTHING;
        }
        if (!QueueLayout.isComplete(header)) {
            return Step.NOT_COMPLETE;
        }
        int length = QueueLayout.contentLength(header);
        long content = position + QueueLayout.HEADER_BYTES;
        if (!isPossible(length) || !load(content, length)) {
            return Step.IMPOSSIBLE;
        }
        contentOffset = offsetOf(content);
        contentLength = length;
        position = content + length;
        return Step.RECORD;
    }

    private boolean isPossible(int length) {
        if (!QueueLayout.isMetadata(header)) {
            return length >= QueueLayout.CHECKSUM_BYTES
                    && length <= QueueLayout.CHECKSUM_BYTES + QueueLayout.MAX_RECORD_BYTES;
        }
        return position == 0 ? length == CycleHeader.CONTENT_BYTES : IndexPages.isPageLength(length);
    }

    /** The document at the given place, if a complete metadata document stands there; does not move the cursor. */
    byte[] metadataAt(long documentStart) throws IOException {
        if (documentStart < 0 || documentStart % 4 != 0 || !load(documentStart, QueueLayout.HEADER_BYTES)) {
            return new byte[0];
        }
        int found = QueueLayout.intAt(block, offsetOf(documentStart));
        int length = QueueLayout.contentLength(found);
        boolean usable = QueueLayout.isComplete(found)
                && QueueLayout.isMetadata(found)
                && (length == CycleHeader.CONTENT_BYTES || IndexPages.isPageLength(length))
                && load(documentStart, QueueLayout.HEADER_BYTES + length);
        if (!usable) {
            return new byte[0];
        }
        int offset = offsetOf(documentStart);
        return Arrays.copyOfRange(block, offset, offset + QueueLayout.HEADER_BYTES + length);
    }

    /** Checksum that the current record carries. */
    int storedChecksum() {
        return QueueLayout.intAt(block, contentOffset);
    }

    /** Holds the current record until the next move. */
    byte[] block() {
        return block;
    }

    /** Where the current record's document starts. */
    long recordPosition() {
        return position - contentLength - QueueLayout.HEADER_BYTES;
    }

    int eventOffset() {
        return contentOffset + QueueLayout.CHECKSUM_BYTES;
    }

    int eventLength() {
        return contentLength - QueueLayout.CHECKSUM_BYTES;
    }

    private int offsetOf(long filePosition) {
        return (int) (filePosition - blockStart);
    }

    /** Brings the given bytes into the block; false when the file ends before. */
    private boolean load(long from, int length) throws IOException {
        if (from >= blockStart && from + length <= blockStart + blockLength) {
            return true;
        }
        int wanted = Math.max(length, readBytes);
        readBytes = Math.min(2 * readBytes, LARGEST_READ_BYTES);
        if (block.length < wanted) {
            block = new byte[wanted];
        }
        blockStart = from;
        blockLength = 0;
        file.seek(from);
        while (blockLength < wanted) {
            int read = file.read(block, blockLength, wanted - blockLength);
            if (read < 0) {
                break;
            }
            blockLength += read;
        }
        return blockLength >= length;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // Opened for reading only: nothing is lost.
            blockLength = 0;
        }
    }
}
