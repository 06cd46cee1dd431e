package beacon.node.storage;

import beacon.dht.wire.Multiaddr;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.FleetNode;
import beacon.proto.v1.Event;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeJoined;
import beacon.proto.v1.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log's word on this process's storage nodes true: appends that a node joined when the log does not know it so,
 * says the same of a changed address, and tries again, ever more slowly, while the index is away. Has one thread.
 */
final class Enrolment implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Enrolment.class);
    private static final long FIRST_RETRY_MILLIS = 250;
    private static final long LAST_RETRY_MILLIS = 30_000;
    private static final List<NodeCondition> ANSWERS =
            List.of(NodeCondition.NODE_CONDITION_UP, NodeCondition.NODE_CONDITION_DRAINED);
    private static final Duration QUESTION = Duration.ofSeconds(20);

    private final BeaconClient client;
    private final Catalogue catalogue;
    private final List<StorageNode> nodes;
    private final Duration period;
    private final ScheduledExecutorService thread;
    private long retryMillis = FIRST_RETRY_MILLIS;
    private volatile boolean enrolled;

    private Enrolment(BeaconClient client, List<StorageNode> nodes, Duration period) {
        this.client = client;
        this.catalogue = new Catalogue(client, QUESTION);
        this.nodes = List.copyOf(nodes);
        this.period = period;
        ScheduledThreadPoolExecutor single = new ScheduledThreadPoolExecutor(1, task -> {
            Thread started = new Thread(task, "enrolment");
            started.setDaemon(true);
            return started;
        });
        single.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.thread = single;
    }

    /**
     * Starts to look after nodes.
     *
     * @param client stays the caller's to close
     * @param period between two looks at the log
     */
    static Enrolment start(BeaconClient client, List<StorageNode> nodes, Duration period) {
        Enrolment enrolment = new Enrolment(client, nodes, period);
        enrolment.thread.execute(enrolment::look);
        return enrolment;
    }

    /** Whether the log knew every node as it is when it was last asked. */
    boolean isDone() {
        return enrolled;
    }

    private void look() {
        long nextMillis = period.toMillis();
        try {
            enrol();
            retryMillis = FIRST_RETRY_MILLIS;
        } catch (ClientException away) {
            enrolled = false;
            LOG.warn(
                    "event=enrolment_failed reason={} next_try_ms={}",
                    away.refusal().reason(),
                    retryMillis);
            nextMillis = retryMillis;
            retryMillis = Math.min(LAST_RETRY_MILLIS, 2 * retryMillis);
        }
        if (!thread.isShutdown()) {
            schedule(nextMillis);
        }
    }

    private void schedule(long millis) {
        try {
            ScheduledFuture<?> unused = thread.schedule(this::look, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            // Closed meanwhile.
        }
    }

    private void enrol() {
        List<NodeState> states = catalogue.states();
        for (StorageNode node : nodes) {
            Optional<NodeState> known = states.stream()
                    .filter(state -> state.getNodeId().equals(node.id().bytes()))
                    .findFirst();
            List<Event> events = events(node.self(), known);
            if (!events.isEmpty()) {
                BeaconClient.await(client.append(events, List.of()));
                LOG.info(
                        "event=node_enrolled node={} addresses={}",
                        node.id(),
                        node.self().addresses());
            }
        }
        boolean first = !enrolled;
        enrolled = true;
        List<StorageNode> strangers =
                first ? nodes : nodes.stream().filter(StorageNode::isAlone).toList();
        if (!strangers.isEmpty()) {
            List<FleetNode> all = catalogue.nodes();
            strangers.forEach(node -> node.meet(all));
        }
    }

    /** What has to be said of a node; nothing when the log says it already. */
    static List<Event> events(FleetNode self, Optional<NodeState> known) {
        List<String> addresses =
                self.addresses().stream().map(Multiaddr::toString).toList();
        boolean same = known.isPresent()
                && known.get().getAddressesList().equals(addresses)
                && known.get().getFailureDomain().equals(self.failureDomain())
                && known.get().getCapacityBytes() == self.capacityBytes();
        if (same && ANSWERS.contains(known.get().getCondition())) {
            return List.of();
        }
        return List.of(Event.newBuilder()
                .setNodeJoined(NodeJoined.newBuilder()
                        .setNodeId(self.id().bytes())
                        .addAllAddresses(addresses)
                        .setFailureDomain(self.failureDomain())
                        .setCapacityBytes(self.capacityBytes()))
                .build());
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            boolean ended = thread.awaitTermination(5, TimeUnit.SECONDS);
            if (!ended) {
                LOG.warn("event=enrolment_not_ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
