package beacon.node.storage;

import beacon.index.client.BeaconClient;
import beacon.node.announce.Announcer;
import beacon.node.artifacts.FleetClient;
import beacon.node.config.StorageConfig;
import beacon.node.deletion.Deletions;
import beacon.node.holdings.SelfAudits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What storage nodes do because of the log: say where they are and what they lost, announce what is placed on them, vote and
 * sweep.
 */
public final class Upkeep implements AutoCloseable {
    private static final Duration ENROLMENT_PERIOD = Duration.ofSeconds(30);

    private final Enrolment enrolment;
    private final Announcer announcer;
    private final Deletions deletions;
    private final SelfAudits selfAudits;

    private Upkeep(
            BeaconClient client,
            Supplier<FleetClient> openFleet,
            List<StorageNode> nodes,
            StorageConfig.Deletion deletion) {
        this.enrolment = Enrolment.start(client, nodes, ENROLMENT_PERIOD);
        this.announcer = Announcer.start(
                client, nodes.stream().map(StorageNode::announcing).toList());
        this.deletions = Deletions.start(
                client, openFleet, nodes.stream().map(StorageNode::holder).toList(), deletion, InstantSource.system());
        this.selfAudits = SelfAudits.start(
                client,
                openFleet,
                nodes.stream()
                        .map(StorageNode::newStore)
                        .flatMap(Optional::stream)
                        .toList());
    }

    /**
     * Starts to look after the nodes of a process.
     *
     * @param client stays the caller's to close
     * @param openFleet opens a client of the storage nodes, which is closed after each use
     */
    public static Upkeep start(
            BeaconClient client,
            Supplier<FleetClient> openFleet,
            List<StorageNode> nodes,
            StorageConfig.Deletion deletion) {
        return new Upkeep(client, openFleet, nodes, deletion);
    }

    /** Whether the log knew every node as it is when it was last asked. */
    public boolean isEnrolled() {
        return enrolment.isDone();
    }

    @Override
    public void close() {
        selfAudits.close();
        deletions.close();
        announcer.close();
        enrolment.close();
    }
}
