package beacon.index.grpc;

import beacon.index.log.EventLog;
import beacon.index.log.RecordReader;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.grpc.StatusMapper;
import beacon.proto.v1.EventFrame;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Executor;

/**
 * One replay or watch. History is read only while the transport takes more, so a slow reader costs one frame and the
 * transport's buffer; a reader that takes nothing for too long, although there is something, is ended and told where to
 * resume. All reading happens in {@link #pump}, which runs on one thread at a time.
 */
final class EventStream {
    /** Event bytes in a frame, about. */
    private static final int FRAME_BYTES = 256 << 10;
    /** Events looked at for one frame at most, so that a filter that matches little still shows progress. */
    private static final int FRAME_LOOKS = 65_536;

    private final ServerCallStreamObserver<EventFrame> observer;
    private final EventMatcher matcher;
    private final Executor executor;
    private final RecordReader reader;
    /** Last sequence to send; {@link Long#MAX_VALUE} for a watch. */
    private final long last;

    private final Runnable onEnd;
    private final long stallNanos;
    private final long progressNanos;

    private long through;
    /** A watch begins with a frame even if there is nothing yet, so that its reader knows where it stands. */
    private boolean greeted;

    private volatile long lastSentNanos = System.nanoTime();
    private boolean pumping;
    private boolean again;
    private boolean ended;

    /** Limits and callbacks of a stream. */
    record Terms(long last, long stallNanos, long progressNanos, Executor executor, Runnable onEnd) {}

    EventStream(
            ServerCallStreamObserver<EventFrame> observer,
            EventMatcher matcher,
            EventLog log,
            long first,
            Terms terms) {
        this.observer = observer;
        this.matcher = matcher;
        this.executor = terms.executor();
        this.last = terms.last();
        this.stallNanos = terms.stallNanos();
        this.progressNanos = terms.progressNanos();
        this.onEnd = terms.onEnd();
        this.reader = log.readFrom(first);
        this.through = first - 1;
        observer.setOnReadyHandler(this::wake);
        observer.setOnCancelHandler(this::cancel);
    }

    /** There may be something to do. */
    void wake() {
        synchronized (this) {
            if (ended) {
                return;
            }
            if (pumping) {
                again = true;
                return;
            }
            pumping = true;
        }
        executor.execute(this::run);
    }

    private void cancel() {
        synchronized (this) {
            if (ended) {
                return;
            }
            if (pumping) {
                // The pump notices; only it touches the reader.
                again = true;
                return;
            }
            ended = true;
        }
        close();
    }

    private void run() {
        while (true) {
            boolean done;
            try {
                done = pump();
            } catch (RuntimeException e) {
                finish(() -> observer.onError(Calls.errorOf(e)));
                return;
            }
            if (done) {
                return;
            }
            synchronized (this) {
                if (!again) {
                    pumping = false;
                    return;
                }
                again = false;
            }
        }
    }

    /** Sends while there is something and the transport takes it. Returns true when the stream has ended. */
    private boolean pump() {
        while (true) {
            if (observer.isCancelled()) {
                finish(() -> {});
                return true;
            }
            if (through >= last) {
                finish(observer::onCompleted);
                return true;
            }
            if (!observer.isReady()) {
                return false;
            }
            EventFrame.Builder frame = EventFrame.newBuilder();
            boolean greet = !greeted && last == Long.MAX_VALUE;
            if (!fill(frame) && !greet) {
                return false;
            }
            greeted = true;
            send(frame);
        }
    }

    private void send(EventFrame.Builder frame) {
        observer.onNext(frame.setThroughSequence(through).build());
        lastSentNanos = System.nanoTime();
    }

    private boolean fill(EventFrame.Builder frame) {
        int bytes = 0;
        int looks = 0;
        while (bytes < FRAME_BYTES && looks < FRAME_LOOKS && through < last && reader.next()) {
            through = reader.sequence();
            looks++;
            if (matcher.matches(reader.buffer(), reader.length())) {
                bytes += reader.length();
                frame.addEvents(UnsafeByteOperations.unsafeWrap(reader.copy()));
            }
        }
        return looks > 0;
    }

    /** Called now and then by a timer: ends a reader that stalls, and tells an idle one how far the stream is. */
    void tick(long lastSequence) {
        long idle = System.nanoTime() - lastSentNanos;
        boolean behind = lastSequence > through;
        if (behind && !observer.isReady() && idle > stallNanos) {
            endStalled();
        } else if (!behind && progressNanos > 0 && idle > progressNanos) {
            synchronized (this) {
                if (ended || pumping || !observer.isReady()) {
                    return;
                }
                pumping = true;
            }
            executor.execute(() -> {
                send(EventFrame.newBuilder());
                run();
            });
        }
    }

    private void endStalled() {
        synchronized (this) {
            if (ended || pumping) {
                return;
            }
            pumping = true;
        }
        long resume = through + 1;
        finish(() -> observer.onError(StatusMapper.toException(Refusal.of(
                        Reason.WATCHER_TOO_SLOW,
                        "expected the stream to be read, but found it unread for %d s; resume with sequence %d"
                                .formatted(stallNanos / 1_000_000_000, resume))
                .withSequence(resume))));
    }

    /** Ends the stream because the member stops. */
    void stop() {
        synchronized (this) {
            if (ended || pumping) {
                return;
            }
            pumping = true;
        }
        long resume = through + 1;
        finish(() -> observer.onError(StatusMapper.toException(
                Refusal.of(Reason.STOPPING, "this member stops; resume at another one with sequence " + resume)
                        .withSequence(resume))));
    }

    private void finish(Runnable goodbye) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        try {
            goodbye.run();
        } finally {
            close();
        }
    }

    private void close() {
        reader.close();
        onEnd.run();
    }
}
