package beacon.index.tree.tiles;

import org.jspecify.annotations.Nullable;

/** The files of the tree could not do what was asked. */
public abstract sealed class TileException extends RuntimeException {
    private TileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The files could not be read or written. */
    public static final class Failed extends TileException {
        public Failed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The journal does not hold what the tree was made of. An audit of the journal names the first bad sequence. */
    public static final class HistoryDiffers extends TileException {
        private final long firstSequence;
        private final long lastSequence;

        public HistoryDiffers(long firstSequence, long lastSequence, String detail) {
            super(
                    "history between sequence %d and %d is not what the tree was made of: %s"
                            .formatted(firstSequence, lastSequence, detail),
                    null);
            this.firstSequence = firstSequence;
            this.lastSequence = lastSequence;
        }

        /** The damage is not before this sequence. */
        public long firstSequence() {
            return firstSequence;
        }

        /** The damage begins not after this sequence. */
        public long lastSequence() {
            return lastSequence;
        }
    }
}
