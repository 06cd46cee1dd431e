package beacon.node.holdings;

import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import beacon.node.artifacts.ArtifactException;
import beacon.node.artifacts.BlockNames;
import beacon.proto.v1.ColumnName;
import java.util.List;

/** A column of an artifact that the log places on a node. */
public final class PlacedColumn {
    private final ColumnName name;
    private final List<PeerId> copies;
    private final BlockNames names;

    /** @param copies nodes that are to have the manifest */
    PlacedColumn(ColumnName name, List<PeerId> copies, BlockNames names) {
        this.name = name;
        this.copies = copies;
        this.names = names;
    }

    Cid manifest() {
        return Cid.of(name.getManifestCid());
    }

    int group() {
        return name.getGroup();
    }

    int column() {
        return name.getColumn();
    }

    /**
     * Its blocks; may read the manifest and the list of the group from other nodes.
     *
     * @throws ArtifactException when these cannot be had
     */
    public List<Cid> blocks() {
        return names.column(manifest(), group(), column(), copies);
    }
}
