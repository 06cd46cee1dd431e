package beacon.node.holdings;

import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.node.artifacts.BlockNames;
import beacon.node.artifacts.Catalogue;
import beacon.proto.v1.ColumnName;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GroupState;
import beacon.proto.v1.ListColumnsOnReply;
import beacon.proto.v1.ListColumnsOnRequest;
import beacon.proto.v1.QueryServiceGrpc;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Shows all columns that the log places on a node, page by page. Belongs to one thread. */
public final class PlacedColumns {
    private static final int PAGE = 1_000;

    private final BeaconClient client;
    private final Duration timeout;
    private final Catalogue catalogue;
    private final BlockNames names;
    private ByteString manifest = ByteString.EMPTY;
    private List<PeerId> copies = List.of();

    /**
     * A walk over columns.
     *
     * @param timeout of one question to the index
     */
    public PlacedColumns(BeaconClient client, Duration timeout, BlockNames names) {
        this.client = client;
        this.timeout = timeout;
        this.catalogue = new Catalogue(client, timeout);
        this.names = names;
    }

    /**
     * Shows the columns; those of artifacts that are released meanwhile may be missing.
     *
     * @return sequence of the log at which the first page is true; later ones are of the same moment or newer
     * @throws ClientException when the index does not answer
     */
    public long walk(PeerId node, Consumer<PlacedColumn> visitor) {
        long sequence = 0;
        String token = "";
        do {
            ListColumnsOnReply page = page(node, token);
            sequence = sequence == 0 ? page.getPosition().getSequence() : sequence;
            for (ColumnName column : page.getColumnsList()) {
                List<PeerId> known = copies(column.getManifestCid());
                if (!known.isEmpty()) {
                    visitor.accept(new PlacedColumn(column, known, names));
                }
            }
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return sequence;
    }

    private ListColumnsOnReply page(PeerId node, String token) {
        ListColumnsOnRequest request = ListColumnsOnRequest.newBuilder()
                .setNodeId(node.bytes())
                .setPageSize(PAGE)
                .setPageToken(token)
                .build();
        return BeaconClient.await(
                client.<ListColumnsOnReply>read((channel, observer) -> QueryServiceGrpc.newStub(channel)
                        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .listColumnsOn(request, observer)));
    }

    /** Nodes that are to have a manifest; none when the artifact was released. Columns come artifact by artifact. */
    private List<PeerId> copies(ByteString of) {
        if (!manifest.equals(of)) {
            copies = catalogue.group(of, 0).map(PlacedColumns::nodes).orElse(List.of());
            manifest = of;
        }
        return copies;
    }

    private static List<PeerId> nodes(GroupState group) {
        return group.getColumnsList().stream()
                .map(ColumnState::getNodeId)
                .filter(id -> !id.isEmpty())
                .map(PeerId::new)
                .toList();
    }
}
