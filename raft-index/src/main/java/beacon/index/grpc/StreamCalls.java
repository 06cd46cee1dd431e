package beacon.index.grpc;

import beacon.index.log.EventLog;
import beacon.index.log.RefusalException;
import beacon.index.observe.IndexObserver;
import beacon.index.ratis.IndexMember;
import beacon.model.Reason;
import beacon.model.Refusal;
import beacon.proto.v1.EventFilter;
import beacon.proto.v1.EventFrame;
import beacon.proto.v1.ReplayRequest;
import beacon.proto.v1.WatchRequest;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Replays and watches, and the bound on how many there are. */
final class StreamCalls implements AutoCloseable {
    private static final long DEFAULT_PROGRESS_MILLIS = 10_000;
    private static final long TICK_MILLIS = 250;

    private final IndexMember member;
    private final int maxStreams;
    private final long stallNanos;
    private final IndexObserver observer;
    private final ExecutorService readers;
    private final ScheduledExecutorService timer;
    private final Map<EventStream, EventLog.Subscription> streams = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    StreamCalls(IndexMember member, int maxStreams, Duration stall, IndexObserver observer) {
        this.member = member;
        this.maxStreams = maxStreams;
        this.stallNanos = stall.toNanos();
        this.observer = observer;
        this.readers = Executors.newCachedThreadPool(task -> daemon(task, "stream"));
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "stream-timer"));
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, "beacon-" + member.settings().memberId() + "-" + name);
        thread.setDaemon(true);
        return thread;
    }

    void replay(ReplayRequest request, StreamObserver<EventFrame> replies) {
        open(replies, log -> {
            long end = log.lastSequence();
            long first = request.getFirstSequence() == 0 ? 1 : request.getFirstSequence();
            long last = request.getLastSequence() == 0 ? end : request.getLastSequence();
            if (last < 0 || last > end) {
                throw beyondEnd("last_sequence", last, end);
            }
            if (first < 1 || first > last + 1) {
                throw beyondEnd("first_sequence", first, last);
            }
            return new Range(first, last, 0, request.getFilter());
        });
    }

    void watch(WatchRequest request, StreamObserver<EventFrame> replies) {
        open(replies, log -> {
            long end = log.lastSequence();
            long first = request.getFirstSequence() == 0 ? end + 1 : request.getFirstSequence();
            if (first < 1 || first > end + 1) {
                throw beyondEnd("first_sequence", first, end);
            }
            long progress = request.getProgressIntervalMillis() == 0
                    ? DEFAULT_PROGRESS_MILLIS
                    : Math.max(TICK_MILLIS, Integer.toUnsignedLong(request.getProgressIntervalMillis()));
            return new Range(first, Long.MAX_VALUE, TimeUnit.MILLISECONDS.toNanos(progress), request.getFilter());
        });
    }

    private record Range(long first, long last, long progressNanos, EventFilter filter) {}

    private interface RangeOf {
        Range of(EventLog log);
    }

    private static RefusalException beyondEnd(String field, long found, long end) {
        return new RefusalException(Refusal.of(
                        Reason.BEYOND_END,
                        "expected %s up to %d, but found %s".formatted(field, end, Long.toUnsignedString(found)))
                .withSequence(end));
    }

    private void open(StreamObserver<EventFrame> replies, RangeOf rangeOf) {
        if (open.incrementAndGet() > maxStreams) {
            open.decrementAndGet();
            replies.onError(Calls.errorOf(Calls.refused(
                    Reason.TOO_MANY_STREAMS,
                    "expected at most %d replays and watches at this member, but found more; ask another member"
                            .formatted(maxStreams))));
            return;
        }
        observer.watcherStarted();
        try {
            EventLog log = member.log();
            Range range = rangeOf.of(log);
            start((ServerCallStreamObserver<EventFrame>) replies, log, range);
        } catch (RuntimeException e) {
            ended();
            replies.onError(Calls.errorOf(e));
        }
    }

    private void start(ServerCallStreamObserver<EventFrame> replies, EventLog log, Range range) {
        EventStream[] self = new EventStream[1];
        EventStream stream = new EventStream(
                replies,
                new EventMatcher(range.filter()),
                log,
                range.first(),
                new EventStream.Terms(range.last(), stallNanos, range.progressNanos(), readers, () -> {
                    EventLog.Subscription subscription = streams.remove(self[0]);
                    if (subscription != null) {
                        subscription.close();
                    }
                    ended();
                }));
        self[0] = stream;
        boolean watch = range.last() == Long.MAX_VALUE;
        streams.put(stream, watch ? log.onAdvance(sequence -> stream.wake()) : () -> {});
        stream.wake();
    }

    private void ended() {
        open.decrementAndGet();
        observer.watcherEnded();
    }

    private void tick() {
        if (streams.isEmpty()) {
            return;
        }
        try {
            long last = member.log().lastSequence();
            streams.keySet().forEach(stream -> stream.tick(last));
        } catch (RefusalException e) {
            streams.keySet().forEach(EventStream::stop);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        streams.keySet().forEach(EventStream::stop);
        readers.shutdown();
    }
}
