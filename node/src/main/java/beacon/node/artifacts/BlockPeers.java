package beacon.node.artifacts;

import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The storage nodes as places for blocks. Safe for many threads; how many calls are open, the callers bound. */
public interface BlockPeers {
    /**
     * Hands a block to a node.
     *
     * @return done when the node's receipt was checked: the block is on its disk; fails when it did not take it, for
     *     whatever reason, after what could be tried again was
     */
    CompletableFuture<Void> place(PeerId node, Cid cid, ByteString bytes);

    /**
     * Asks a node for a block.
     *
     * @return the bytes, which match the id; fails when they cannot be had there
     */
    CompletableFuture<ByteString> fetch(PeerId node, Cid cid);

    /**
     * Has a node show a block.
     *
     * @return true when it gave the bytes, which match the id; false when it answers but has them not, or not whole; fails
     *     when it does not answer in time
     */
    CompletableFuture<Boolean> shows(PeerId node, Cid cid);

    /**
     * Asks a node whether it is there.
     *
     * @return the round-trip time; fails when it does not answer in time
     */
    CompletableFuture<Duration> ping(PeerId node);
}
