package beacon.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One run against one contender: calls with numbers 0, 1, 2, … are kept in flight for some time. A failed call fails the
 * run; a figure that hides failures would be worth nothing.
 */
final class Load {
    /** Until the pipeline is full nothing is counted. */
    private static final Duration RAMP = Duration.ofMillis(300);

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private Load() {}

    /** Calls answered per second while the given number is in flight. */
    static double perSecond(IntFunction<CompletableFuture<?>> call, int inFlight, Duration duration) {
        Semaphore room = new Semaphore(inFlight);
        AtomicLong answered = new AtomicLong();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        long begin = System.nanoTime() + RAMP.toNanos();
        long end = begin + duration.toNanos();
        long answeredAtBegin = -1;
        long actualBegin = 0;
        int number = 0;
        long now = System.nanoTime();
        while (now < end && failure.get() == null) {
            if (answeredAtBegin < 0 && now >= begin) {
                actualBegin = now;
                answeredAtBegin = answered.get();
            }
            if (acquire(room, 1, Duration.ofNanos(end - now))) {
                CompletableFuture<?> unused = call.apply(number++).whenComplete((answer, problem) -> {
                    if (problem == null) {
                        answered.incrementAndGet();
                    } else {
                        failure.compareAndSet(null, problem);
                    }
                    room.release();
                });
            }
            now = System.nanoTime();
        }
        long counted = answered.get() - answeredAtBegin;
        if (!acquire(room, inFlight, ANSWER_TIMEOUT)) {
            throw new BenchException("expected every call to be answered within " + ANSWER_TIMEOUT + ", but "
                    + (inFlight - room.availablePermits()) + " were not");
        }
        Throwable problem = failure.get();
        if (problem != null) {
            throw new BenchException(
                    "expected every call to succeed, but one failed: " + problem.getMessage(), problem);
        }
        return counted * 1e9 / (now - actualBegin);
    }

    /** Median latency in microseconds of calls made one after the other. */
    static double medianMicros(IntFunction<CompletableFuture<?>> call, Duration duration) {
        long[] latencies = new long[1024];
        int count = 0;
        long end = System.nanoTime() + duration.toNanos();
        for (long before = System.nanoTime(); before < end; before = System.nanoTime()) {
            await(call.apply(count));
            if (count == latencies.length) {
                latencies = Arrays.copyOf(latencies, count * 2);
            }
            latencies[count++] = System.nanoTime() - before;
        }
        return Medians.of(latencies, count) / 1e3;
    }

    /** Waits for an answer. */
    static void await(CompletableFuture<?> answer) {
        try {
            answer.get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new BenchException("expected every call to succeed, but one failed: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new BenchException("expected an answer within " + ANSWER_TIMEOUT + ", but found none", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private static boolean acquire(Semaphore room, int permits, Duration timeout) {
        try {
            return room.tryAcquire(permits, timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
