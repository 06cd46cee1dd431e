package beacon.node.holdings;

import beacon.dht.blockstore.Blockstore;
import beacon.dht.wire.PeerId;
import beacon.index.client.BeaconClient;
import beacon.index.client.ClientException;
import beacon.model.Cid;
import beacon.model.Reason;
import beacon.node.artifacts.Catalogue;
import beacon.proto.v1.ColumnState;
import java.time.Duration;
import java.util.List;

/**
 * Tells the log which blocks a node has not, column by column. Looks for blocks only, and does not read them: what is damaged
 * is found by scrubbing, and by audits.
 */
public final class SelfAudit {
    private final BeaconClient client;
    private final Catalogue catalogue;

    /**
     * An audit.
     *
     * @param timeout of one question to the index
     */
    public SelfAudit(BeaconClient client, Duration timeout) {
        this.client = client;
        this.catalogue = new Catalogue(client, timeout);
    }

    /**
     * Says what is missing of a column, unless the log knows that something is, or the column has moved away.
     *
     * @param blocks of the column
     * @return blocks that the log was told of
     * @throws ClientException when the index does not answer
     */
    public int check(PeerId node, Blockstore store, PlacedColumn column, List<Cid> blocks) {
        if (missing(store, blocks).isEmpty() || !isExpected(node, column)) {
            return 0;
        }
        // Once more: between the two the column may have been made again.
        List<Cid> missing = missing(store, blocks);
        if (missing.isEmpty()) {
            return 0;
        }
        try {
            BeaconClient.await(client.append(
                    MissingBlocks.events(column.manifest().bytes(), column.group(), column.column(), node, missing),
                    List.of()));
            return missing.size();
        } catch (ClientException e) {
            if (e.refusal().reason() == Reason.UNKNOWN_ADDRESS) {
                // Released meanwhile.
                return 0;
            }
            throw e;
        }
    }

    private static List<Cid> missing(Blockstore store, List<Cid> blocks) {
        return blocks.stream().filter(cid -> !store.has(cid)).toList();
    }

    private boolean isExpected(PeerId node, PlacedColumn column) {
        return catalogue
                .group(column.manifest().bytes(), column.group())
                .filter(group -> column.column() < group.getColumnsCount())
                .map(group -> group.getColumns(column.column()))
                .filter(state -> isWholeOn(node, state))
                .isPresent();
    }

    private static boolean isWholeOn(PeerId node, ColumnState column) {
        return column.getNodeId().equals(node.bytes()) && column.getFaultedBlocks() == 0;
    }
}
