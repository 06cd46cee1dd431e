package beacon.node.holdings;

import beacon.dht.blockstore.BlockstoreException;
import beacon.dht.wire.WireException;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.node.artifacts.ArtifactException;
import beacon.node.artifacts.BlockNames;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.FleetClient;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audits the new stores of a process when it starts, and tries again, ever more slowly, while the index is away. A store that
 * proved what it has is not looked through at the next start; then sweeps and audits do it from time to time. Its threads
 * end with the last store.
 */
public final class SelfAudits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SelfAudits.class);
    private static final Duration QUESTION = Duration.ofSeconds(30);
    private static final long FIRST_RETRY_MILLIS = 250;
    private static final long LAST_RETRY_MILLIS = 30_000;
    private static final long CLOSE_SECONDS = 30;
    private static final int AT_ONCE = 8;
    private static final int MOST_WAITING = 64;

    private final BeaconClient client;
    private final Supplier<FleetClient> openFleet;
    private final List<NewStore> stores;
    private final ScheduledThreadPoolExecutor thread;
    private long retryMillis = FIRST_RETRY_MILLIS;

    private SelfAudits(BeaconClient client, Supplier<FleetClient> openFleet, List<NewStore> stores) {
        this.client = client;
        this.openFleet = openFleet;
        this.stores = new ArrayList<>(stores);
        this.thread = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "self-audit"));
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Begins.
     *
     * @param client stays the caller's to close
     * @param openFleet opens a client of the storage nodes, which is closed again
     */
    public static SelfAudits start(BeaconClient client, Supplier<FleetClient> openFleet, List<NewStore> stores) {
        SelfAudits audits = new SelfAudits(client, openFleet, stores);
        if (stores.isEmpty()) {
            audits.thread.shutdown();
        } else {
            audits.thread.execute(audits::look);
        }
        return audits;
    }

    private void look() {
        try (FleetClient fleet = openFleet.get()) {
            fleet.know(new Catalogue(client, QUESTION).nodes());
            PlacedColumns columns = new PlacedColumns(client, QUESTION, new BlockNames(fleet));
            while (!stores.isEmpty()) {
                audit(columns, stores.get(0));
                stores.remove(0);
            }
            thread.shutdown();
        } catch (ClientException | BlockstoreException | RejectedExecutionException | UncheckedIOException e) {
            LOG.info("event=self_audit_put_off next_try_ms={} reason=\"{}\"", retryMillis, e.getMessage());
            again();
        }
    }

    private void again() {
        try {
            var unused = thread.schedule(this::look, retryMillis, TimeUnit.MILLISECONDS);
            retryMillis = Math.min(LAST_RETRY_MILLIS, 2 * retryMillis);
        } catch (RejectedExecutionException closed) {
            // Closed meanwhile.
        }
    }

    /** Checks columns side by side, since each waits for a manifest from another node, or for the log. */
    private void audit(PlacedColumns columns, NewStore store) {
        SelfAudit audit = new SelfAudit(client, QUESTION);
        List<Future<Integer>> underway = new ArrayList<>();
        long[] seen = {0};
        long[] missing = {0};
        ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, task -> daemon(task, "self-audit-worker"));
        try {
            columns.walk(store.node(), column -> {
                seen[0]++;
                underway.add(workers.submit(() -> check(audit, store, column)));
                if (underway.size() == MOST_WAITING) {
                    missing[0] += sum(underway);
                }
            });
            missing[0] += sum(underway);
        } finally {
            workers.shutdownNow();
        }
        if (missing[0] > 0) {
            LOG.warn("event=store_incomplete node={} columns={} missing_blocks={}", store.node(), seen[0], missing[0]);
        }
        store.proven().run();
    }

    private static int check(SelfAudit audit, NewStore store, PlacedColumn column) {
        try {
            return audit.check(store.node(), store.store(), column, column.blocks());
        } catch (ArtifactException | WireException e) {
            // Nobody can say which blocks; decisions of the steward show the artifact as unreadable.
            LOG.warn("event=self_audit_skips node={} reason=\"{}\"", store.node(), e.getMessage());
            return 0;
        }
    }

    /** Waits for all of them. */
    private static long sum(List<Future<Integer>> underway) {
        long sum = 0;
        try {
            for (Future<Integer> each : underway) {
                sum += each.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException("expected to check a column", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException("expected time to check all columns, but found it stopping", e);
        }
        underway.clear();
        return sum;
    }

    /** Waits for what is under way. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("event=self_audits_not_ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
