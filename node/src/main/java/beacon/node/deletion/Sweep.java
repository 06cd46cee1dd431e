package beacon.node.deletion;

import beacon.dht.blockstore.Blockstore;
import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException;
import beacon.node.artifacts.BlockNames;
import beacon.node.holdings.PlacedColumns;
import beacon.node.holdings.SelfAudit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Removes from one store what no pin places on its node: marks the blocks of all columns that the log has there, then removes
 * those that are not marked and older than the grace. A block that a pin will name later was stored, or renewed by a receipt,
 * after the marking began or less than a grace before; so a put has to end within the grace. When a manifest cannot be read,
 * nothing is removed: its blocks are not known. What the walk finds missing the log is told.
 */
final class Sweep {
    private static final int PAGE = 1_000;

    private final PlacedColumns columns;
    private final SelfAudit audit;

    /** @param timeout of one question to the index */
    Sweep(BeaconClient client, Duration timeout, BlockNames names) {
        this.columns = new PlacedColumns(client, timeout, names);
        this.audit = new SelfAudit(client, timeout);
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
        long sequence = mark(node, store, marks);
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

    private long mark(PeerId node, Blockstore store, Marks marks) {
        return columns.walk(node, column -> {
            List<Cid> blocks = column.blocks();
            blocks.forEach(marks::add);
            audit.check(node, store, column, blocks);
        });
    }
}
