package beacon.index.journal.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where Chronicle Queue 2026.4 puts things in a cycle file, and what a record of ours looks like in it.
 *
 * <p>A cycle file is a run of documents, each a little-endian int header at a multiple of four and its content. The first
 * is the file's header, the second the index of indexes; further metadata documents are index pages between the records.
 * A data document is one record: the CRC32C of (sequence as 8 bytes big-endian ‖ event), then the event.
 */
final class QueueLayout {
    static final int HEADER_BYTES = 4;
    static final int CHECKSUM_BYTES = 4;
    static final int MAX_RECORD_BYTES = 1 << 20;

    /** Records between two index entries: the longest walk of a reader that seeks. */
    static final int INDEX_SPACING = 64;

    /** Entries of one index page; 256 pages of 256 entries cover 2^22 records of a cycle. */
    static final int INDEX_COUNT = 256;

    static final int MAX_CYCLE_BITS = 22;

    private static final int NOT_COMPLETE = 0x8000_0000;
    private static final int META_DATA = 0x4000_0000;
    private static final int LENGTH_MASK = 0x3fff_ffff;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private QueueLayout() {}

    static boolean isComplete(int header) {
        return (header & NOT_COMPLETE) == 0;
    }

    static boolean isMetadata(int header) {
        return (header & META_DATA) != 0;
    }

    static int contentLength(int header) {
        return header & LENGTH_MASK;
    }

    /** Start of the document that follows content ending at the given position. */
    static long aligned(long position) {
        return (position + 3) & ~3L;
    }

    static int intAt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    static long longAt(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }
}
