package beacon.index.grpc;

import beacon.index.log.RecordReader;
import beacon.model.Reason;
import beacon.proto.v1.EventRun;
import com.google.protobuf.UnsafeByteOperations;
import java.util.function.BooleanSupplier;

/**
 * A stretch of history in runs of about a mebibyte, none of them empty. What is applied may be a moment from being
 * readable, so it is looked for again; not for ever, because history that is gone does not come.
 */
final class HistoryRuns {
    static final int MAX_LOOKS = 500;

    private static final int RUN_BYTES = 1 << 20;
    private static final long LOOK_MILLIS = 10;

    /** Waits between two looks. */
    @FunctionalInterface
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    private final RecordReader reader;
    private final long last;
    private final BooleanSupplier unwanted;
    private final Pause pause;
    private long next;

    /**
     * Runs from first to last.
     *
     * @param reader stands before first
     * @param unwanted nobody reads the runs any more
     */
    HistoryRuns(RecordReader reader, long first, long last, BooleanSupplier unwanted, Pause pause) {
        this.reader = reader;
        this.next = first;
        this.last = last;
        this.unwanted = unwanted;
        this.pause = pause;
    }

    boolean hasNext() {
        return next <= last;
    }

    /**
     * The next run.
     *
     * @throws beacon.index.log.RefusalException when it does not become readable; whoever asked starts anew
     */
    EventRun next() throws InterruptedException {
        for (int look = 0; look < MAX_LOOKS && !unwanted.getAsBoolean(); look++) {
            EventRun run = read();
            if (run.getEventsCount() > 0) {
                return run;
            }
            pause.millis(LOOK_MILLIS);
        }
        throw Calls.refused(
                Reason.TOO_BUSY,
                "expected history through %d, but could read none from %d on; ask again".formatted(last, next));
    }

    private EventRun read() {
        EventRun.Builder run = EventRun.newBuilder().setFirstSequence(next);
        int bytes = 0;
        while (next <= last && bytes < RUN_BYTES && reader.next()) {
            run.addEvents(UnsafeByteOperations.unsafeWrap(reader.copy()));
            bytes += reader.length();
            next++;
        }
        return run.build();
    }
}
