package beacon.index.journal;

import org.jspecify.annotations.Nullable;

/** The journal could not do what was asked. */
public abstract sealed class JournalException extends RuntimeException {
    private JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    private JournalException(String message) {
        super(message);
    }

    /** A record was offered out of turn: a bug of the caller. */
    public static final class OutOfOrder extends JournalException {
        public OutOfOrder(long expected, long found) {
            super("expected sequence %d to be appended, but found %d".formatted(expected, found));
        }
    }

    /** A sequence outside the journal was asked for. */
    public static final class NoSuchSequence extends JournalException {
        public NoSuchSequence(long asked, long last) {
            super("expected a sequence from 1 to %d, but found %d".formatted(last + 1, asked));
        }
    }

    /** A record is not what was written. */
    public static final class Damaged extends JournalException {
        private final long sequence;

        public Damaged(long sequence, String detail) {
            super("journal record %d is damaged: %s".formatted(sequence, detail));
            this.sequence = sequence;
        }

        /** First damaged sequence. */
        public long sequence() {
            return sequence;
        }
    }

    /** The disk has no room for the record. */
    public static final class DiskFull extends JournalException {
        public DiskFull(String detail, Throwable cause) {
            super("expected room for a journal record, but the disk is full: " + detail, cause);
        }
    }

    /** The files could not be read or written. */
    public static final class Failed extends JournalException {
        public Failed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
