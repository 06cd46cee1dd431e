package beacon.node.artifacts;

import beacon.dht.artifact.Coding;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import java.util.List;
import java.util.Optional;

/**
 * Where the blocks of an artifact are.
 *
 * @param groups the manifest and its lists first, then the groups of the payload
 */
public record Pin(Cid manifest, List<PinnedGroup> groups) {
    public Pin {
        groups = List.copyOf(groups);
    }

    /**
     * Where the columns of a group are.
     *
     * @param blocks in each column
     * @param columnBytes of each column
     * @param columns the node of each; empty where there is none
     */
    public record PinnedGroup(Coding coding, long blocks, long columnBytes, List<Optional<PeerId>> columns) {
        public PinnedGroup {
            columns = List.copyOf(columns);
        }

        /** Columns that are somewhere. */
        public int placed() {
            return (int) columns.stream().filter(Optional::isPresent).count();
        }
    }
}
