package beacon.node.steward;

import beacon.steward.HealQueue;
import beacon.steward.Intent;
import com.google.protobuf.ByteString;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that carry out what decisions want, as a {@link HealQueue} says. Safe for several threads. */
final class HealCrew {
    private static final Logger LOG = LoggerFactory.getLogger(HealCrew.class);
    private static final long IDLE_SECONDS = 10;

    private final HealQueue queue = new HealQueue();
    private final ThreadPoolExecutor threads;
    private Work latest = intents -> {};

    /** Carries out the intents about one artifact. */
    interface Work {
        void carryOut(List<Intent> intents) throws InterruptedException;
    }

    HealCrew(ThreadFactory factory) {
        threads = new ThreadPoolExecutor(
                HealQueue.AT_ONCE,
                HealQueue.AT_ONCE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                factory);
        threads.allowCoreThreadTimeOut(true);
    }

    /** Says that a decision is being made. */
    synchronized void begin() {
        queue.begin();
    }

    /** Replaces what was wanted and not begun by the intents of the decision that was begun; returns at once. */
    synchronized void want(Collection<Intent> intents, Work work) {
        queue.replace(intents);
        latest = work;
        for (int more = queue.ready(); more > 0; more--) {
            threads.execute(this::work);
        }
    }

    /** Forgets what was not begun. */
    synchronized void forget() {
        queue.clear();
    }

    private record Task(List<Intent> intents, Work work) {
        ByteString manifest() {
            return intents.get(0).group().manifest();
        }
    }

    private synchronized Optional<Task> take() {
        return queue.next().map(intents -> new Task(intents, latest));
    }

    private synchronized void ended(ByteString manifest) {
        queue.ended(manifest);
    }

    private void work() {
        for (Optional<Task> task = take(); task.isPresent(); task = take()) {
            try {
                task.get().work().carryOut(task.get().intents());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.warn("heal_failed cause=\"{}\"", e.toString());
            } finally {
                ended(task.get().manifest());
            }
        }
    }

    /** Ends what is under way; returns whether all of it ended in time. */
    boolean stop(long seconds) throws InterruptedException {
        forget();
        threads.shutdownNow();
        return threads.awaitTermination(seconds, TimeUnit.SECONDS);
    }
}
