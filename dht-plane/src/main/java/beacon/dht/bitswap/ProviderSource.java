package beacon.dht.bitswap;

import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds peers that have a block when a session knows none; for instance in the DHT. Called on the host's loop. */
@FunctionalInterface
public interface ProviderSource {
    /** Knows nobody: a session has the providers that it was given. */
    ProviderSource NONE = cid -> CompletableFuture.completedFuture(List.of());

    /** Peers that may have the block and whose addresses the host knows; completes on the host's loop. */
    CompletionStage<List<PeerId>> find(Cid cid);
}
