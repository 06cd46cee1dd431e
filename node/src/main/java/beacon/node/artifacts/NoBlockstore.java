package beacon.node.artifacts;

import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.BlockstoreStats;
import beacon.dht.blockstore.PutOutcome;
import beacon.dht.blockstore.ScrubStep;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The store of a reader, which keeps nothing: blocks of any number pass through it. The exchange has checked each against
 * its id before it comes here.
 */
final class NoBlockstore implements Blockstore {
    @Override
    public PutOutcome put(Cid cid, ByteString bytes) {
        return new PutOutcome.Stored();
    }

    @Override
    public Optional<ByteString> get(Cid cid) {
        return Optional.empty();
    }

    @Override
    public OptionalInt verify(Cid cid) {
        return OptionalInt.empty();
    }

    @Override
    public OptionalInt renew(Cid cid, Instant now) {
        return OptionalInt.empty();
    }

    @Override
    public OptionalInt deleteUnless(Cid cid, Instant storedSince) {
        return OptionalInt.empty();
    }

    @Override
    public boolean has(Cid cid) {
        return false;
    }

    @Override
    public OptionalInt size(Cid cid) {
        return OptionalInt.empty();
    }

    @Override
    public boolean delete(Cid cid) {
        return false;
    }

    @Override
    public List<Cid> list(Optional<Cid> after, int limit) {
        return List.of();
    }

    @Override
    public ScrubStep scrub(long maxBytes) {
        return new ScrubStep(0, 0, List.of(), true);
    }

    @Override
    public BlockstoreStats stats() {
        return new BlockstoreStats(0, 0, 0, 0, 0, 0, 0);
    }
}
