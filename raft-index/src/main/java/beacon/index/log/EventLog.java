package beacon.index.log;

import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;

/**
 * The log: one order of events for everybody. What holds is written down as tests in {@code EventLogContract}, which
 * every implementation passes.
 *
 * <p>Not promised: which thread completes a stage, and that an append which ends with the reason OUTCOME_UNKNOWN did not
 * happen. Sending it again with the same request id tells.
 */
public interface EventLog {
    /** Completes when the append is history or refused; never exceptionally for a reason a caller can cause. */
    CompletionStage<AppendResult> append(Append append);

    /** Last sequence that this member can read. */
    long lastSequence();

    /**
     * Completes with a sequence that this member has applied and that is not smaller than any sequence acknowledged
     * anywhere before the call.
     */
    CompletionStage<Long> readBarrier();

    /**
     * Reads from the given sequence on, in order and without gap, as far as {@link #lastSequence()}. Belongs to one
     * thread; close it.
     *
     * @param firstSequence from 1 to {@link #lastSequence()} + 1
     */
    RecordReader readFrom(long firstSequence);

    /**
     * Calls the listener, soon, whenever {@link #lastSequence()} grew, with its value. The listener returns at once and
     * does not throw; calls may be merged.
     */
    Subscription onAdvance(LongConsumer listener);

    /** Ends the calls of a listener. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
