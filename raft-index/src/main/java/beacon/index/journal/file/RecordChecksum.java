package beacon.index.journal.file;

import java.util.zip.CRC32C;

/** CRC32C of (sequence ‖ event): a record that was changed, or that stands in another's place, does not match. */
final class RecordChecksum {
    private final CRC32C crc = new CRC32C();
    private final byte[] number = new byte[Long.BYTES];

    int of(long sequence, byte[] bytes, int offset, int length) {
        for (int i = 0; i < Long.BYTES; i++) {
            number[i] = (byte) (sequence >>> (56 - 8 * i));
        }
        crc.reset();
        crc.update(number, 0, Long.BYTES);
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
