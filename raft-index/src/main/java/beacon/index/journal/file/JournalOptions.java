package beacon.index.journal.file;

/**
 * How a journal uses its disk.
 *
 * @param cycleBits a file holds 2^cycleBits records; part of the file names, so it cannot change under a journal
 * @param reserveBytes disk space is taken ahead of the records in steps of this size
 * @param marginBytes free space that the journal leaves to others on its disk
 */
public record JournalOptions(int cycleBits, int reserveBytes, long marginBytes) {
    /** Files of about 300 MB for 256-byte events, 1 MiB taken ahead, 16 MiB left free. */
    public static final JournalOptions DEFAULTS = new JournalOptions(20, 1 << 20, 16L << 20);

    public JournalOptions {
        if (cycleBits < 1 || cycleBits > QueueLayout.MAX_CYCLE_BITS) {
            throw new IllegalArgumentException(
                    "expected cycle bits from 1 to %d, but found %d".formatted(QueueLayout.MAX_CYCLE_BITS, cycleBits));
        }
        if (reserveBytes < 1 << 16 || marginBytes < 0) {
            throw new IllegalArgumentException(
                    "expected at least 65536 bytes of reserve and no negative margin, but found " + reserveBytes
                            + " and " + marginBytes);
        }
    }
}
