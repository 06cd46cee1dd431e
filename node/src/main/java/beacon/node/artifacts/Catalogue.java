package beacon.node.artifacts;

import beacon.dht.artifact.Coding;
import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Cid;
import beacon.model.Reason;
import beacon.node.artifacts.Pin.PinnedGroup;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GetPinReply;
import beacon.proto.v1.GetPinRequest;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.ListEndangeredReply;
import beacon.proto.v1.ListEndangeredRequest;
import beacon.proto.v1.ListNodesReply;
import beacon.proto.v1.ListNodesRequest;
import beacon.proto.v1.ListProjectionsReply;
import beacon.proto.v1.ListProjectionsRequest;
import beacon.proto.v1.NodeState;
import beacon.proto.v1.QueryServiceGrpc;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the projections of the index say about storage nodes and pins, and how far they are themselves; every answer is of
 * the moment it is asked for, or of one of the past.
 */
public final class Catalogue {
    private static final int PAGE = 1_000;

    private final BeaconClient client;
    private final Duration timeout;
    private final When when;

    /**
     * A catalogue of the present.
     *
     * @param timeout of one question
     */
    public Catalogue(BeaconClient client, Duration timeout) {
        this(client, timeout, When.NOW);
    }

    /**
     * A catalogue of a moment.
     *
     * @param timeout of one question; the past is folded first, which takes seconds for each million entries of the log
     */
    public Catalogue(BeaconClient client, Duration timeout, When when) {
        this.client = client;
        this.timeout = timeout;
        this.when = when;
    }

    /**
     * All nodes that ever joined.
     *
     * @throws ClientException when the index does not answer
     */
    public List<NodeState> states() {
        List<NodeState> states = new ArrayList<>();
        String token = "";
        do {
            ListNodesReply reply =
                    nodes(ListNodesRequest.newBuilder().setPageSize(PAGE).setPageToken(token));
            states.addAll(reply.getNodesList());
            token = reply.getNextPageToken();
        } while (!token.isEmpty());
        return states;
    }

    /**
     * A page of nodes.
     *
     * @param page without the moment
     * @throws ClientException when the index does not answer
     */
    public ListNodesReply nodes(ListNodesRequest.Builder page) {
        ListNodesRequest request = when.in(page).build();
        return BeaconClient.await(client.<ListNodesReply>read((channel, observer) -> QueryServiceGrpc.newStub(channel)
                .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .listNodes(request, observer)));
    }

    /**
     * Last entry of the log at the moment; 0 before the first.
     *
     * @throws ClientException when the index does not answer
     */
    public long sequence() {
        return nodes(ListNodesRequest.newBuilder().setPageSize(1)).getPosition().getSequence();
    }

    /** All nodes that ever joined and whose addresses can be read. */
    public List<FleetNode> nodes() {
        return FleetNode.of(states());
    }

    /**
     * Where an artifact is; empty when it is not pinned.
     *
     * @throws ClientException when the index does not answer
     */
    public Optional<Pin> pin(Cid manifest) {
        return groups(manifest)
                .map(groups ->
                        new Pin(manifest, groups.stream().map(Catalogue::group).toList()));
    }

    /**
     * How the groups of an artifact are, the manifest's first; empty when it is not pinned.
     *
     * @throws ClientException when the index does not answer
     */
    public Optional<List<GroupState>> groups(Cid manifest) {
        List<GroupState> groups = new ArrayList<>();
        int next = 0;
        int all;
        do {
            Optional<GetPinReply> reply = pinned(manifest.bytes(), next, PAGE);
            if (reply.isEmpty()) {
                return Optional.empty();
            }
            groups.addAll(reply.get().getGroupsList());
            next = reply.get().getNextGroup();
            all = reply.get().getPin().getGroups();
        } while (next < all);
        return Optional.of(groups);
    }

    /**
     * How one group of an artifact is; empty when it is not pinned, or has no such group.
     *
     * @throws ClientException when the index does not answer
     */
    public Optional<GroupState> group(ByteString manifest, int group) {
        return pinned(manifest, group, 1)
                .filter(reply -> reply.getGroupsCount() > 0)
                .map(reply -> reply.getGroups(0));
    }

    private Optional<GetPinReply> pinned(ByteString manifest, int fromGroup, int atMost) {
        GetPinRequest page = when.in(GetPinRequest.newBuilder())
                .setManifestCid(manifest)
                .setFromGroup(fromGroup)
                .setPageSize(atMost)
                .build();
        try {
            return Optional.of(
                    BeaconClient.await(client.<GetPinReply>read((channel, observer) -> QueryServiceGrpc.newStub(channel)
                            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .getPin(page, observer))));
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.UNKNOWN_ADDRESS) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Groups that are not whole, the least likely to last first, and how many there are in all.
     *
     * @throws ClientException when the index does not answer
     */
    public ListEndangeredReply endangered(int atMost) {
        ListEndangeredRequest request =
                when.in(ListEndangeredRequest.newBuilder()).setPageSize(atMost).build();
        return BeaconClient.await(
                client.<ListEndangeredReply>read((channel, observer) -> QueryServiceGrpc.newStub(channel)
                        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .listEndangered(request, observer)));
    }

    /**
     * How far the projections of one member are.
     *
     * @param target host:port of its services for clients
     * @throws ClientException when it does not answer
     */
    public ListProjectionsReply projections(String target) {
        return BeaconClient.await(client.<ListProjectionsReply>at(
                target,
                (channel, observer) -> QueryServiceGrpc.newStub(channel)
                        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .listProjections(ListProjectionsRequest.getDefaultInstance(), observer)));
    }

    static PinnedGroup group(GroupState group) {
        List<Optional<PeerId>> columns = new ArrayList<>();
        for (ColumnState column : group.getColumnsList()) {
            ByteString node = column.getNodeId();
            columns.add(node.isEmpty() ? Optional.empty() : Optional.of(new PeerId(node)));
        }
        return new PinnedGroup(
                new Coding(group.getDataShards(), group.getParityShards()),
                group.getBlocks(),
                group.getColumnBytes(),
                columns);
    }
}
