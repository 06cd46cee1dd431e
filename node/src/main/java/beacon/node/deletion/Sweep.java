package beacon.node.deletion;

import beacon.dht.blockstore.Blockstore;
import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException;
import beacon.node.artifacts.BlockNames;
import beacon.proto.v1.ColumnName;
import beacon.proto.v1.ColumnState;
import beacon.proto.v1.GetPinReply;
import beacon.proto.v1.GetPinRequest;
import beacon.proto.v1.ListColumnsOnReply;
import beacon.proto.v1.ListColumnsOnRequest;
import beacon.proto.v1.QueryServiceGrpc;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Removes from one store what no pin places on its node: marks the blocks of all columns that the log has there, then removes
 * those that are not marked and older than the grace. A block that a pin will name later was stored, or renewed by a receipt,
 * after the marking began or less than a grace before; so a put has to end within the grace. When a manifest cannot be read,
 * nothing is removed: its blocks are not known.
 */
final class Sweep {
    private static final int PAGE = 1_000;

    private final BeaconClient client;
    private final Duration timeout;
    private final BlockNames names;

    /** @param timeout of one question to the index */
    Sweep(BeaconClient client, Duration timeout, BlockNames names) {
        this.client = client;
        this.timeout = timeout;
        this.names = names;
    }

    /**
     * What was removed.
     *
     * @param sequence place in the log whose pins were kept
     */
    record Swept(long kept, long blocks, long bytes, long sequence) {}

    /**
     * Sweeps.
     *
     * @param storedSince what was stored at this time or later is kept
     * @param leastSequence of the log; one that ends before it is another log, and says nothing about these blocks
     * @param seed for a choice of mistakes that is another each time
     * @throws ClientException when the index does not answer
     * @throws ArtifactException when a manifest cannot be read
     */
    Swept sweep(PeerId node, Blockstore store, Instant storedSince, long leastSequence, long seed) {
        Marks marks = new Marks(store.stats().blocks(), seed);
        long sequence = mark(node, marks);
        if (sequence < leastSequence) {
            throw new ArtifactException(
                    ArtifactException.Reason.MALFORMED,
                    "expected the log to be at %d or later, but found it at %d: it is another log, so nothing is removed"
                            .formatted(leastSequence, sequence));
        }
        long kept = 0;
        long blocks = 0;
        long bytes = 0;
        Optional<Cid> last = Optional.empty();
        List<Cid> page;
        do {
            page = store.list(last, PAGE);
            for (Cid cid : page) {
                last = Optional.of(cid);
                OptionalInt removed = marks.mayHave(cid) ? OptionalInt.empty() : store.deleteUnless(cid, storedSince);
                kept += removed.isPresent() ? 0 : 1;
                blocks += removed.isPresent() ? 1 : 0;
                bytes += removed.orElse(0);
            }
        } while (page.size() == PAGE);
        return new Swept(kept, blocks, bytes, sequence);
    }

    private long mark(PeerId node, Marks marks) {
        long sequence = 0;
        String token = "";
        Optional<Copies> copies = Optional.empty();
        do {
            ListColumnsOnReply page = columns(node, token);
            sequence = sequence == 0 ? page.getPosition().getSequence() : sequence;
            for (ColumnName column : page.getColumnsList()) {
                if (copies.isEmpty() || !copies.get().manifest().equals(column.getManifestCid())) {
                    copies = copies(column.getManifestCid());
                }
                // Released meanwhile: its blocks go with the next sweep.
                copies.ifPresent(known -> names.column(
                                Cid.of(known.manifest()), column.getGroup(), column.getColumn(), known.nodes())
                        .forEach(marks::add));
            }
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return sequence;
    }

    /** Where the manifest of an artifact is. */
    private record Copies(ByteString manifest, List<PeerId> nodes) {}

    private ListColumnsOnReply columns(PeerId node, String token) {
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

    private Optional<Copies> copies(ByteString manifest) {
        GetPinRequest request = GetPinRequest.newBuilder()
                .setManifestCid(manifest)
                .setPageSize(1)
                .build();
        try {
            GetPinReply reply =
                    BeaconClient.await(client.<GetPinReply>read((channel, observer) -> QueryServiceGrpc.newStub(channel)
                            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .getPin(request, observer)));
            List<PeerId> nodes = reply.getGroups(0).getColumnsList().stream()
                    .map(ColumnState::getNodeId)
                    .filter(id -> !id.isEmpty())
                    .map(PeerId::new)
                    .toList();
            return Optional.of(new Copies(manifest, nodes));
        } catch (ClientException e) {
            if (e.refusal().reason() == beacon.model.Reason.UNKNOWN_ADDRESS) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
