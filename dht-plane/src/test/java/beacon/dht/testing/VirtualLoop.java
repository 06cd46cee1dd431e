package beacon.dht.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A loop whose time moves only when a test says so. Tasks run in the order of (time, order of submission). */
public final class VirtualLoop extends AbstractExecutorService implements ScheduledExecutorService, InstantSource {
    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>();
    private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
    private long nowNanos;
    private long count;
    private boolean shutdown;

    /** Runs everything that is due within the duration, and moves time by it. */
    public void advance(Duration duration) {
        long end = nowNanos + duration.toNanos();
        while (!tasks.isEmpty() && tasks.peek().dueNanos <= end) {
            runNext();
        }
        nowNanos = end;
    }

    /** Runs tasks until the condition holds; false when it does not within the duration. */
    public boolean runUntil(BooleanSupplier condition, Duration atMost) {
        long end = nowNanos + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (tasks.isEmpty() || tasks.peek().dueNanos > end) {
                return false;
            }
            runNext();
        }
        return true;
    }

    private void runNext() {
        Task<?> task = tasks.remove();
        nowNanos = Math.max(nowNanos, task.dueNanos);
        task.run();
    }

    /** Tasks that wait. */
    public int size() {
        return tasks.size();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nowNanos);
    }

    private <V> Task<V> add(Callable<V> body, long delayNanos, long periodNanos) {
        Task<V> task = new Task<>(body, nowNanos + Math.max(0, delayNanos), periodNanos);
        tasks.add(task);
        return task;
    }

    @Override
    public void execute(Runnable command) {
        Task<Void> unused = add(callable(command), 0, 0);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(callable(command), unit.toNanos(delay), 0);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return add(callable, unit.toNanos(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return add(callable(command), unit.toNanos(initialDelay), unit.toNanos(period));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return add(callable(command), unit.toNanos(initialDelay), unit.toNanos(delay));
    }

    private static Callable<Void> callable(Runnable command) {
        return () -> {
            command.run();
            return null;
        };
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> rest = List.copyOf(tasks);
        tasks.clear();
        return rest;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && tasks.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isTerminated();
    }

    private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
        private final long periodNanos;
        private final long order = count++;
        private long dueNanos;

        Task(Callable<V> body, long dueNanos, long periodNanos) {
            super(body);
            this.dueNanos = dueNanos;
            this.periodNanos = periodNanos;
        }

        @Override
        public void run() {
            if (periodNanos == 0) {
                super.run();
            } else if (runAndReset()) {
                dueNanos = nowNanos + periodNanos;
                tasks.add(this);
            }
        }

        @Override
        protected void setException(Throwable failure) {
            super.setException(failure);
            if (failure instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("a task of the loop failed", failure);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            tasks.remove(this);
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public boolean isPeriodic() {
            return periodNanos != 0;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - nowNanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Task<?> that = (Task<?>) other;
            int byTime = Long.compare(dueNanos, that.dueNanos);
            return byTime != 0 ? byTime : Long.compare(order, that.order);
        }
    }
}
