package beacon.node.announce;

import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Reason;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GetPinReply;
import beacon.proto.v1.GetPinRequest;
import beacon.proto.v1.ListPinsOnReply;
import beacon.proto.v1.ListPinsOnRequest;
import beacon.proto.v1.QueryServiceGrpc;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Questions to the projection of pins: whose manifests are where. */
final class PlacedPins {
    private static final int PAGE = 1_000;

    private final BeaconClient client;
    private final Duration timeout;

    PlacedPins(BeaconClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    /**
     * Shows the manifests of which a copy is to be on a node, page by page.
     *
     * @return sequence of the log at which the first page is true; later ones are of the same moment or newer
     * @throws ClientException when the index does not answer
     */
    long on(PeerId node, Consumer<List<ByteString>> pages) {
        long sequence = 0;
        String token = "";
        do {
            ListPinsOnRequest page = ListPinsOnRequest.newBuilder()
                    .setNodeId(node.bytes())
                    .setPageSize(PAGE)
                    .setPageToken(token)
                    .build();
            ListPinsOnReply reply = BeaconClient.await(
                    client.<ListPinsOnReply>read((channel, observer) -> QueryServiceGrpc.newStub(channel)
                            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .listPinsOn(page, observer)));
            pages.accept(reply.getManifestCidsList());
            sequence = sequence == 0 ? reply.getPosition().getSequence() : sequence;
            token = reply.getNextPageToken();
        } while (!token.isEmpty());
        return sequence;
    }

    /**
     * The nodes that are to have a copy of a manifest; none when it is not pinned.
     *
     * @throws ClientException when the index does not answer
     */
    List<ByteString> nodesOf(ByteString manifest) {
        GetPinRequest request = GetPinRequest.newBuilder()
                .setManifestCid(manifest)
                .setPageSize(1)
                .build();
        try {
            GetPinReply reply =
                    BeaconClient.await(client.<GetPinReply>read((channel, observer) -> QueryServiceGrpc.newStub(channel)
                            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .getPin(request, observer)));
            return reply.getGroupsCount() == 0
                    ? List.of()
                    : reply.getGroups(0).getColumnsList().stream()
                            .map(ColumnState::getNodeId)
                            .toList();
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.UNKNOWN_ADDRESS) {
                return List.of();
            }
            throw e;
        }
    }
}
