package beacon.node.deletion;

import beacon.dht.blockstore.BlockstoreException;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.node.artifacts.ArtifactException;
import beacon.node.artifacts.BlockNames;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.FleetClient;
import beacon.node.config.StorageConfig;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeSwept;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the storage nodes of a process vote on tombstones and sweep, on one thread, again and again. */
public final class Deletions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deletions.class);
    private static final Duration QUESTION = Duration.ofSeconds(30);
    /** After a restore of the log nothing is swept for that long: what the backup did not know may be brought back by hand. */
    private static final Duration AFTER_RESTORE = Duration.ofDays(7);

    private static final long CLOSE_SECONDS = 30;

    private final BeaconClient client;
    private final Supplier<FleetClient> openFleet;
    private final StorageConfig.Deletion settings;
    private final InstantSource clock;
    private final List<Voter> voters;
    private final ScheduledThreadPoolExecutor thread;
    private final SplittableRandom random = new SplittableRandom();
    private long sweepNanos;

    private Deletions(
            BeaconClient client,
            Supplier<FleetClient> openFleet,
            List<Holder> nodes,
            StorageConfig.Deletion settings,
            InstantSource clock) {
        this.client = client;
        this.openFleet = openFleet;
        this.settings = settings;
        this.clock = clock;
        this.voters =
                nodes.stream().map(node -> new Voter(client, node, QUESTION)).toList();
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread started = new Thread(task, "deletions");
            started.setDaemon(true);
            return started;
        });
        // Not all nodes of a fleet at the same time, also when all were started together.
        this.sweepNanos = System.nanoTime() + random.nextLong(settings.sweep().toNanos());
    }

    /**
     * Begins.
     *
     * @param client stays the caller's to close
     * @param openFleet opens a client of the storage nodes, which is closed after each sweep
     */
    public static Deletions start(
            BeaconClient client,
            Supplier<FleetClient> openFleet,
            List<Holder> nodes,
            StorageConfig.Deletion settings,
            InstantSource clock) {
        Deletions deletions = new Deletions(client, openFleet, nodes, settings, clock);
        long millis = settings.poll().toMillis();
        var unused = deletions.thread.scheduleWithFixedDelay(deletions::look, millis, millis, TimeUnit.MILLISECONDS);
        return deletions;
    }

    private void look() {
        for (Voter voter : voters) {
            try {
                voter.look();
            } catch (ClientException | UncheckedIOException e) {
                LOG.warn(
                        "event=tombstones_not_read node={} reason=\"{}\"",
                        voter.node().id(),
                        e.getMessage());
            }
        }
        if (System.nanoTime() - sweepNanos >= 0) {
            sweepNanos = System.nanoTime() + settings.sweep().toNanos();
            sweep();
        }
    }

    private void sweep() {
        try (FleetClient fleet = openFleet.get()) {
            fleet.know(new Catalogue(client, QUESTION).nodes());
            Sweep sweep = new Sweep(client, QUESTION, new BlockNames(fleet));
            for (Voter voter : voters) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                sweep(sweep, voter);
            }
        } catch (ClientException | RejectedExecutionException e) {
            LOG.warn("event=sweep_put_off reason=\"{}\"", e.getMessage());
        }
    }

    private void sweep(Sweep sweep, Voter voter) {
        Holder node = voter.node();
        if (!voter.maySweep(clock.instant(), AFTER_RESTORE)) {
            return;
        }
        try {
            Sweep.Swept swept = sweep.sweep(
                    node.id(),
                    node.store(),
                    clock.instant().minus(settings.grace()),
                    voter.place().swept(),
                    random.nextLong());
            voter.swept(swept.sequence());
            if (swept.blocks() > 0) {
                LOG.info(
                        "event=swept node={} blocks={} bytes={} kept={} sequence={}",
                        node.id(),
                        swept.blocks(),
                        swept.bytes(),
                        swept.kept(),
                        swept.sequence());
                BeaconClient.await(client.append(List.of(said(node, swept)), List.of()));
            }
        } catch (ArtifactException | ClientException | BlockstoreException | UncheckedIOException e) {
            LOG.warn("event=sweep_put_off node={} reason=\"{}\"", node.id(), e.getMessage());
        }
    }

    private static Event said(Holder node, Sweep.Swept swept) {
        return Event.newBuilder()
                .setNodeSwept(NodeSwept.newBuilder()
                        .setNodeId(node.id().bytes())
                        .setBlocks(swept.blocks())
                        .setBytes(swept.bytes())
                        .setSequence(swept.sequence()))
                .build();
    }

    /** Waits for what is under way. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("event=deletions_not_ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
