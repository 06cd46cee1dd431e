package beacon.index.journal.file;

import java.io.IOException;

/** Chronicle's index of a cycle file: the position of every 64th record, in pages that an index of indexes names. */
final class IndexPages {
    private static final int ENTRIES_BYTES = QueueLayout.INDEX_COUNT * Long.BYTES;
    private static final int RECORDS_PER_PAGE = QueueLayout.INDEX_COUNT * QueueLayout.INDEX_SPACING;

    private IndexPages() {}

    /** A page is its entries behind a name, a capacity, a count and some padding. */
    static boolean isPageLength(int contentLength) {
        return contentLength > ENTRIES_BYTES + 2 * Long.BYTES && contentLength < ENTRIES_BYTES + 64;
    }

    /** Most bytes that one record adds to a file besides itself: its padding, an index page, the end mark. */
    static int overheadBytes() {
        return ENTRIES_BYTES + 256;
    }

    /** Position of the nearest indexed record at or before the place; 0, the start of the file, when there is none. */
    static long positionBefore(DocumentCursor cursor, int place) throws IOException {
        byte[] pages = cursor.metadataAt(CycleHeader.INDEX_OF_INDEXES);
        long pagePosition = entry(pages, place / RECORDS_PER_PAGE);
        if (pagePosition == 0) {
            return 0;
        }
        return entry(cursor.metadataAt(pagePosition), place / QueueLayout.INDEX_SPACING % QueueLayout.INDEX_COUNT);
    }

    /** Whether the index holds exactly the given positions, each of every 64th record. */
    static boolean matches(DocumentCursor cursor, PositionList indexed, long end) throws IOException {
        byte[] pages = cursor.metadataAt(CycleHeader.INDEX_OF_INDEXES);
        int pageCount = (indexed.size() + QueueLayout.INDEX_COUNT - 1) / QueueLayout.INDEX_COUNT;
        if (!isPage(pages, pageCount)) {
            return false;
        }
        for (int page = 0; page < QueueLayout.INDEX_COUNT; page++) {
            long pagePosition = entry(pages, page);
            int first = page * QueueLayout.INDEX_COUNT;
            boolean expected = page < pageCount;
            if (expected != (pagePosition != 0) || pagePosition >= end) {
                return false;
            }
            if (expected && !pageMatches(cursor.metadataAt(pagePosition), indexed, first)) {
                return false;
            }
        }
        return true;
    }

    private static boolean pageMatches(byte[] page, PositionList indexed, int first) {
        int used = Math.min(QueueLayout.INDEX_COUNT, indexed.size() - first);
        if (!isPage(page, used)) {
            return false;
        }
        for (int i = 0; i < QueueLayout.INDEX_COUNT; i++) {
            if (entry(page, i) != (i < used ? indexed.get(first + i) : 0)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPage(byte[] document, int used) {
        int entries = document.length - ENTRIES_BYTES;
        return isPageLength(document.length - QueueLayout.HEADER_BYTES)
                && QueueLayout.longAt(document, entries - 2 * Long.BYTES) == QueueLayout.INDEX_COUNT
                && QueueLayout.longAt(document, entries - Long.BYTES) == used;
    }

    private static long entry(byte[] document, int entry) {
        if (!isPageLength(document.length - QueueLayout.HEADER_BYTES)) {
            return 0;
        }
        return QueueLayout.longAt(document, document.length - ENTRIES_BYTES + entry * Long.BYTES);
    }
}
