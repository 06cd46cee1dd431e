package beacon.dht.node;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the data plane: one thread to which all its state belongs. A timer that is cancelled leaves the queue at
 * once, since each request has a deadline that is rarely reached; a task that fails is reported, since nobody asks for
 * its result.
 */
public final class DhtLoop extends ScheduledThreadPoolExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(DhtLoop.class);

    public DhtLoop() {
        super(1, task -> {
            Thread thread = new Thread(task, "dht-loop");
            thread.setDaemon(true);
            return thread;
        });
        setRemoveOnCancelPolicy(true);
        setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable failure) {
        super.afterExecute(task, failure);
        Throwable cause = failure;
        if (cause == null && task instanceof Future<?> done && done.isDone() && !done.isCancelled()) {
            cause = failureOf(done);
        }
        if (cause != null) {
            LOG.error("event=dht_task_failed", cause);
        }
    }

    private static @Nullable Throwable failureOf(Future<?> done) {
        try {
            done.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
