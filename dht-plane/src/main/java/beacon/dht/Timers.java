package beacon.dht;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Durations in place of numbers with a unit. */
public final class Timers {
    private Timers() {}

    /** Runs a task later that nobody will cancel. */
    public static void run(ScheduledExecutorService loop, Duration delay, Runnable task) {
        ScheduledFuture<?> unused = after(loop, delay, task);
    }

    /** Runs a task later. */
    public static ScheduledFuture<?> after(ScheduledExecutorService loop, Duration delay, Runnable task) {
        return loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}
