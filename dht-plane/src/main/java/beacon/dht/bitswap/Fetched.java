package beacon.dht.bitswap;

import beacon.dht.blockstore.PutOutcome;
import beacon.dht.wire.PeerId;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * A block that was fetched; its bytes match its id.
 *
 * @param from who sent it; empty when it was in the store already
 * @param kept what became of it in the store, which may be full
 */
public record Fetched(Cid cid, ByteString bytes, Optional<PeerId> from, PutOutcome kept) {}
