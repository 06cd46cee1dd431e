package beacon.node.storage;

import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.BlockstoreException;
import beacon.dht.blockstore.ScrubPace;
import beacon.dht.blockstore.ScrubStep;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all blocks of a store again and again, slowly, so that a corrupt one is found before it is needed: evenly over the time
 * of a pass, or longer when a bounded rate is not enough for that.
 */
final class Scrubbing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scrubbing.class);
    private static final long BYTES_PER_SECOND = 4 << 20;
    private static final long BURST_BYTES = 16 << 20;
    private static final long PERIOD_SECONDS = 2;

    /** One thread for all stores of a process: they share its disks. */
    private static final ScheduledExecutorService THREAD = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "block-scrub");
        thread.setDaemon(true);
        return thread;
    });

    /** Stores that are scrubbed in this process. They share one rate. */
    private static final AtomicInteger STORES = new AtomicInteger();

    private final Blockstore store;
    private final Duration pass;
    private final InstantSource clock;
    private final ScheduledFuture<?> task;
    private ScrubPace pace;
    private boolean closed;

    private Scrubbing(Blockstore store, Duration pass, InstantSource clock) {
        this.store = store;
        this.pass = pass;
        this.clock = clock;
        this.pace = ScrubPace.start(BYTES_PER_SECOND, BURST_BYTES, clock.instant());
        this.task = THREAD.scheduleWithFixedDelay(this::step, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** @param pass time in which every block is read once */
    static Scrubbing start(Blockstore store, Duration pass, InstantSource clock) {
        STORES.incrementAndGet();
        return new Scrubbing(store, pass, clock);
    }

    private synchronized void step() {
        if (closed) {
            return;
        }
        try {
            pace = pace.at(clock.instant());
            long share = (long) (store.stats().bytes() * (double) PERIOD_SECONDS * 1_000 / pass.toMillis());
            if (pace.granted() > 0 && store.stats().blocks() > 0) {
                ScrubStep done = store.scrub(Math.max(1, Math.min(pace.granted(), share)));
                pace = pace.spent(done.checkedBytes() * STORES.get());
                done.corrupt().forEach(cid -> LOG.warn("event=block_corrupt cid={}", cid));
            }
        } catch (BlockstoreException e) {
            LOG.error("event=scrub_failed", e);
        }
    }

    /** Waits for the step that runs. */
    @Override
    public void close() {
        task.cancel(false);
        STORES.decrementAndGet();
        synchronized (this) {
            closed = true;
        }
    }
}
