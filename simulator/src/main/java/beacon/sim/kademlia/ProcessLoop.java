package beacon.sim.kademlia;

import beacon.sim.world.World;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The loop and the clock of one simulated process. Its tasks run on the thread of virtual time, and none any more once the
 * process has ended. What a task throws ends the run: production would log an error there.
 */
final class ProcessLoop extends AbstractExecutorService implements ScheduledExecutorService, InstantSource {
    private static final long NANOS = 1_000;

    private final World world;
    private boolean ended;

    ProcessLoop(World world) {
        this.world = world;
    }

    @Override
    public Instant instant() {
        long micros = world.unixMicros();
        return Instant.ofEpochSecond(micros / World.SECOND, micros % World.SECOND * NANOS);
    }

    /** Nothing of this process happens any more. */
    void end() {
        ended = true;
    }

    @Override
    public void execute(Runnable command) {
        world.after(0, () -> {
            if (!ended) {
                command.run();
            }
        });
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(
                () -> {
                    command.run();
                    return null;
                },
                delay,
                unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return add(callable, delay, unit);
    }

    private <V> Timer<V> add(Callable<V> body, long delay, TimeUnit unit) {
        // Rounded up: a timer that fires before its time would find nothing due and be set again at once.
        long micros = Math.max(0, (unit.toNanos(delay) + NANOS - 1) / NANOS);
        Timer<V> timer = new Timer<>(body, world.now() + micros);
        world.after(micros, timer);
        return timer;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing in the data plane asks for a fixed rate");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing in the data plane asks for a fixed delay");
    }

    @Override
    public void shutdown() {
        end();
    }

    @Override
    public List<Runnable> shutdownNow() {
        end();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return ended;
    }

    @Override
    public boolean isTerminated() {
        return ended;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return ended;
    }

    /** Something that will be done later; one that is cancelled keeps nothing alive until its time comes. */
    private final class Timer<V> implements ScheduledFuture<V>, Runnable {
        private final long dueMicros;
        private @Nullable Callable<V> body;
        private @Nullable V result;
        private boolean cancelled;

        Timer(Callable<V> body, long dueMicros) {
            this.body = body;
            this.dueMicros = dueMicros;
        }

        @Override
        public void run() {
            Callable<V> now = body;
            body = null;
            if (now == null || ended) {
                return;
            }
            try {
                result = now.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("a task of the loop failed", e);
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean waits = body != null;
            body = null;
            cancelled |= waits;
            return waits;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public boolean isDone() {
            return body == null;
        }

        @Override
        @SuppressWarnings("NullAway") // a Callable<Void> yields null
        public V get() throws ExecutionException {
            if (!isDone()) {
                throw new IllegalStateException("expected nobody to wait on the thread of virtual time");
            }
            return result;
        }

        @Override
        public V get(long timeout, TimeUnit unit) throws ExecutionException {
            return get();
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(Duration.ofNanos((dueMicros - world.now()) * NANOS));
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
