package beacon.index.log;

import beacon.model.Refusal;
import java.util.List;

/** The answer to an append. The same request id always gets an equal one. */
public sealed interface AppendResult {
    /**
     * All events of the append are history, under consecutive sequences.
     *
     * @param revisions of the pointers it set, in its order
     */
    record Accepted(long firstSequence, int count, long timeUnixMicros, List<Long> revisions) implements AppendResult {
        public Accepted {
            revisions = List.copyOf(revisions);
        }

        /** Sequence of the last event of the append. */
        public long lastSequence() {
            return firstSequence + count - 1;
        }
    }

    /** Nothing changed. */
    record Refused(Refusal refusal) implements AppendResult {}
}
