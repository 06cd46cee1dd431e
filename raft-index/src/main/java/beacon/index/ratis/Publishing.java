package beacon.index.ratis;

import beacon.index.journal.JournalException;
import beacon.index.tree.tiles.TileException;
import beacon.index.tree.tiles.TilePublisher;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the log as static files in the background, at a rate that does not get in the way of appends: auditors read
 * what is minutes old as well.
 */
final class Publishing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);
    private static final long PERIOD_MILLIS = 1_000;
    private static final int ENTRIES_A_PERIOD = 8_192;

    private final TilePublisher publisher;
    private final ScheduledExecutorService timer;
    private final ScheduledFuture<?> task;

    Publishing(String memberId, TilePublisher publisher) {
        this.publisher = publisher;
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "beacon-" + memberId + "-publisher");
            thread.setDaemon(true);
            return thread;
        });
        this.task = timer.scheduleWithFixedDelay(this::step, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void step() {
        try {
            int published = publisher.step(ENTRIES_A_PERIOD);
            LOG.debug("tiles_published entries={}", published);
        } catch (TileException.HistoryDiffers | JournalException.Damaged e) {
            LOG.error("publishing_stopped cause=\"{}\" hint=\"verify this member's journal\"", e.getMessage());
            task.cancel(false);
        } catch (RuntimeException e) {
            LOG.warn("publishing_failed cause=\"{}\"", e.toString());
        }
    }

    @Override
    public void close() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(5, TimeUnit.SECONDS)) {
                timer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
