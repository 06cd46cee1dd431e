package beacon.node.cli;

import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.tls.TlsFiles;
import beacon.model.Cid;
import beacon.node.artifacts.BlockNames;
import beacon.node.artifacts.Catalogue;
import beacon.node.artifacts.FleetClient;
import beacon.node.introduction.Credentials;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.EndangeredGroup;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.ListEndangeredReply;
import beacon.proto.v1.NodeCondition;
import beacon.proto.v1.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the cluster says of itself, and whether that is so: asks the log, and the nodes for their blocks. */
final class SoakProbe implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int PAGE = 1_000;

    private final BeaconClient client;
    private final Catalogue catalogue;
    private final FleetClient peers;
    private final BlockNames names;
    private final SoakPins pins;

    SoakProbe(LogCustodians world) {
        this.client = world.members.operator(TIMEOUT);
        this.catalogue = new Catalogue(client, TIMEOUT);
        this.peers = FleetClient.open(Credentials.read(TlsFiles.in(world.tls("operator"))), TIMEOUT, "soak");
        this.names = new BlockNames(peers);
        this.pins = new SoakPins(client);
    }

    /** Everything the log knows of groups that are not whole; empty list and total 0 when all are. */
    ListEndangeredReply endangered() {
        return catalogue.endangered(PAGE);
    }

    /** Columns of a group that may still be lost when some nodes are. */
    static int margin(GroupState group, Set<String> lost) {
        int whole = 0;
        for (ColumnState column : group.getColumnsList()) {
            boolean there = !column.getNodeId().isEmpty() && column.getFaultedBlocks() == 0;
            if (there && !lost.contains(new PeerId(column.getNodeId()).toString())) {
                whole++;
            }
        }
        return whole - group.getDataShards();
    }

    /** The least margin among groups that are not whole; of those that are it follows from the number of lost nodes. */
    static int leastMargin(ListEndangeredReply endangered, Set<String> lost) {
        int least = Integer.MAX_VALUE;
        for (EndangeredGroup each : endangered.getGroupsList()) {
            least = Math.min(least, margin(each.getGroup(), lost));
        }
        return least;
    }

    boolean isUp(String node) {
        return catalogue.states().stream()
                .anyMatch(state -> name(state).equals(node) && state.getCondition() == NodeCondition.NODE_CONDITION_UP);
    }

    private static String name(NodeState state) {
        return new PeerId(state.getNodeId()).toString();
    }

    /** Columns that the log places on a node. */
    long columnsOn(String node) {
        return pins.columns().stream()
                .filter(column -> column.node().equals(node))
                .count();
    }

    /** Whether a node shows every block that the log places on it; asks until it finds one that is not there. */
    boolean holdsAll(String node) {
        peers.know(catalogue.nodes());
        return pins.columns().stream()
                .filter(column -> column.node().equals(node))
                .allMatch(this::isThere);
    }

    /** Columns that are not where the log says, or nowhere. */
    List<SoakPins.Column> lost() {
        peers.know(catalogue.nodes());
        return pins.columns().stream().filter(column -> !isThere(column)).toList();
    }

    private boolean isThere(SoakPins.Column column) {
        if (column.node().isEmpty()) {
            return false;
        }
        PeerId node = PeerId.parse(column.node());
        List<CompletableFuture<Boolean>> asked =
                names.column(Cid.of(column.manifest()), column.group(), column.number(), column.copies()).stream()
                        .map(cid -> peers.shows(node, cid))
                        .toList();
        try {
            return asked.stream().allMatch(CompletableFuture::join);
        } catch (CompletionException silent) {
            return false;
        }
    }

    BeaconClient client() {
        return client;
    }

    @Override
    public void close() {
        peers.close();
        client.close();
    }
}
