package beacon.node.artifacts;

import beacon.model.Cid;
import java.util.List;
import java.util.Optional;

/** What the log says about storage nodes and pins, as far as writers and readers of artifacts ask. */
public interface Catalogue {
    /** All nodes that ever joined. */
    List<FleetNode> nodes();

    /** Where an artifact is now; empty when it is not pinned. */
    Optional<Pin> pin(Cid manifest);
}
