package beacon.index.ratis;

import beacon.index.log.Append;
import beacon.index.log.AppendResult;
import beacon.index.state.LogBatch;
import beacon.model.Reason;
import beacon.model.Refusal;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Coalesces appends into log entries. An append that finds the pipeline idle leaves at once; while entries are under way,
 * what arrives waits and leaves together as soon as one of them is answered. So one append alone is not delayed, and under
 * load the cost of a commit is shared by hundreds.
 */
final class AppendBatcher {
    /** Appends in one entry at most. */
    static final int MAX_APPENDS = 4096;
    /** Event bytes in one entry at most; an append of the largest size still fits an entry. */
    static final int MAX_BYTES = 2 << 20;
    /** Appends that wait at most; more are refused. */
    static final int MAX_QUEUED = 1 << 16;
    /** Event bytes that wait at most. */
    static final long MAX_QUEUED_BYTES = 64L << 20;

    private static final int PIPELINE = Integer.getInteger("beacon.append.pipeline", 2);

    private final Sink sink;
    private final InstantSource clock;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private long queuedBytes;
    private int underWay;
    private boolean closed;

    /** Offers a batch to the log. */
    interface Sink {
        CompletionStage<List<AppendResult>> offer(LogBatch batch);
    }

    private record Waiting(Append append, int bytes, CompletableFuture<AppendResult> result) {}

    AppendBatcher(Sink sink, InstantSource clock) {
        this.sink = sink;
        this.clock = clock;
    }

    CompletableFuture<AppendResult> append(Append append) {
        return appendAll(List.of(append)).get(0);
    }

    /** Queues appends together; each gets its own answer, in the same order. */
    List<CompletableFuture<AppendResult>> appendAll(List<Append> appends) {
        List<CompletableFuture<AppendResult>> results = new ArrayList<>(appends.size());
        synchronized (this) {
            for (Append append : appends) {
                results.add(enqueue(append));
            }
        }
        flush();
        return results;
    }

    private CompletableFuture<AppendResult> enqueue(Append append) {
        if (closed) {
            return CompletableFuture.completedFuture(new AppendResult.Refused(
                    Refusal.of(Reason.STOPPING, "expected a running member, but found one that stops")));
        }
        int bytes = sizeOf(append);
        if (queue.size() >= MAX_QUEUED || queuedBytes + bytes > MAX_QUEUED_BYTES) {
            return CompletableFuture.completedFuture(new AppendResult.Refused(Refusal.of(
                            Reason.TOO_BUSY,
                            "expected at most %d appends or %d bytes waiting, but found more; try again later"
                                    .formatted(MAX_QUEUED, MAX_QUEUED_BYTES))
                    .withRetryAfterMillis(50)));
        }
        Waiting waiting = new Waiting(append, bytes, new CompletableFuture<>());
        queue.add(waiting);
        queuedBytes += bytes;
        return waiting.result();
    }

    private static int sizeOf(Append append) {
        int bytes = 64;
        for (ByteString event : append.events()) {
            bytes += event.size();
        }
        return bytes;
    }

    private void flush() {
        for (List<Waiting> batch = nextBatch(); !batch.isEmpty(); batch = nextBatch()) {
            List<Append> appends = new ArrayList<>(batch.size());
            for (Waiting waiting : batch) {
                appends.add(waiting.append());
            }
            List<Waiting> sent = batch;
            sink.offer(new LogBatch(microsOf(clock.instant()), appends)).whenComplete((results, failure) -> {
                if (failure != null) {
                    throw new IllegalStateException("expected the log to answer with values, but it failed", failure);
                }
                answered(sent, results);
            });
        }
    }

    private synchronized List<Waiting> nextBatch() {
        if (underWay >= PIPELINE || queue.isEmpty()) {
            return new ArrayList<>();
        }
        List<Waiting> batch = new ArrayList<>(Math.min(queue.size(), MAX_APPENDS));
        int bytes = 0;
        while (!queue.isEmpty() && batch.size() < MAX_APPENDS) {
            Waiting next = queue.peek();
            if (!batch.isEmpty() && bytes + next.bytes() > MAX_BYTES) {
                break;
            }
            bytes += next.bytes();
            batch.add(next);
            queue.remove();
        }
        queuedBytes -= bytes;
        underWay++;
        return batch;
    }

    private void answered(List<Waiting> sent, List<AppendResult> results) {
        synchronized (this) {
            underWay--;
        }
        flush();
        for (int i = 0; i < sent.size(); i++) {
            sent.get(i).result().complete(results.get(i));
        }
    }

    synchronized int queued() {
        return queue.size();
    }

    /** Refuses what comes from now on; what waits is still offered. */
    synchronized void close() {
        closed = true;
    }

    private static long microsOf(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }
}
