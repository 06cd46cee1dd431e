package beacon.dht.blockstore;

import beacon.model.Cid;
import java.util.List;

/**
 * What one step of the scrub did.
 *
 * @param checkedBlocks read and checked
 * @param checkedBytes of them
 * @param corrupt moved to quarantine
 * @param cycleDone the walk reached the end; the next step starts over
 */
public record ScrubStep(int checkedBlocks, long checkedBytes, List<Cid> corrupt, boolean cycleDone) {
    public ScrubStep {
        corrupt = List.copyOf(corrupt);
    }
}
