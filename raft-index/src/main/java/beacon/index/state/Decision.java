package beacon.index.state;

import beacon.index.log.Recorded;
import beacon.model.Refusal;
import java.util.List;

/** What {@link IndexCore#decide} says about an append. Nothing has changed yet. */
public sealed interface Decision {
    /** These events are to become history. */
    record Accept(List<Recorded> events) implements Decision {
        public Accept {
            events = List.copyOf(events);
        }
    }

    /** The request was accepted before, under these sequences. */
    record Repeat(long firstSequence, int count) implements Decision {}

    /**
     * The answer is no.
     *
     * @param remembered whether a repetition of the request must get this answer; false when the refusal is about the
     *     request id itself
     */
    record Refuse(Refusal refusal, boolean remembered) implements Decision {}
}
