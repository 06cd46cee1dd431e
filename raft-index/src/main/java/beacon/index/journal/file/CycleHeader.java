package beacon.index.journal.file;

import java.util.HexFormat;

/**
 * The first document of a cycle file: Chronicle's own bookkeeping. It is compared byte for byte with what Chronicle
 * writes under our settings, so that a damaged one is found before Chronicle acts on it.
 */
final class CycleHeader {
    static final int CONTENT_BYTES = 193;

    /** Where the index of indexes starts, right behind this document. */
    static final long INDEX_OF_INDEXES = QueueLayout.aligned(QueueLayout.HEADER_BYTES + CONTENT_BYTES);

    private static final int WRITE_POSITION = 0x40;
    private static final int SEQUENCE = 0x48;
    private static final int INDEX_POSITION = 0x98;
    private static final int NEXT_INDEXED = 0xb0;

    /** The four changing longs are zero here. A test holds it against a file made by the library in use. */
    private static final byte[] TEMPLATE = HexFormat.of()
            .parseHex("c1000040b906686561646572b60853435153746f726582aa000000cd7772697465506f736974696f6e8e01000000008d"
                    + "02000000000000000200000000000000" + "0000000000000000" + "0000000000000000"
                    + "c8696e646578696e67b60c5343515349"
                    + "6e646578696e67824c000000ca696e646578436f756e74a50001"
                    + "cc696e64657853706163696e67a140cb696e64657832496e6465788f8fa7" + "0000000000000000"
                    + "c96c617374496e6465788e00000000a7" + "0000000000000000" + "ca64617461466f726d6174a101");

    private CycleHeader() {}

    /** Whether the document is what Chronicle has after the given records. */
    static boolean matches(byte[] document, int records, long lastPosition) {
        if (document.length != TEMPLATE.length || records == 0) {
            return false;
        }
        byte[] fixed = document.clone();
        for (int offset : new int[] {WRITE_POSITION, SEQUENCE, INDEX_POSITION, NEXT_INDEXED}) {
            System.arraycopy(TEMPLATE, offset, fixed, offset, Long.BYTES);
        }
        long lastPlace = records - 1L;
        return java.util.Arrays.equals(fixed, TEMPLATE)
                && QueueLayout.longAt(document, WRITE_POSITION) == lastPosition
                && QueueLayout.longAt(document, SEQUENCE) == (lastPosition << 32) + lastPlace
                && QueueLayout.longAt(document, INDEX_POSITION) == INDEX_OF_INDEXES
                && QueueLayout.longAt(document, NEXT_INDEXED)
                        == (lastPlace / QueueLayout.INDEX_SPACING + 1) * QueueLayout.INDEX_SPACING;
    }
}
