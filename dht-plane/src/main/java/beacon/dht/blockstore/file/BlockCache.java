package beacon.dht.blockstore.file;

import beacon.model.Cid;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Blocks read lately, bounded by their bytes. Only checked blocks get in, and they cannot change. */
final class BlockCache {
    /** What an entry takes beside the block, about. */
    private static final int ENTRY_OVERHEAD_BYTES = 256;

    private final Cache<Cid, ByteString> blocks;
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();

    BlockCache(long maxBytes) {
        // The caller's thread does the upkeep: no pool of which nobody knows.
        this.blocks = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Cid cid, ByteString bytes) -> bytes.size() + ENTRY_OVERHEAD_BYTES)
                .executor(Runnable::run)
                .build();
    }

    Optional<ByteString> get(Cid cid) {
        ByteString found = blocks.getIfPresent(cid);
        (found == null ? misses : hits).incrementAndGet();
        return Optional.ofNullable(found);
    }

    void put(Cid cid, ByteString bytes) {
        blocks.put(cid, bytes);
    }

    void remove(Cid cid) {
        blocks.invalidate(cid);
    }

    long hits() {
        return hits.get();
    }

    long misses() {
        return misses.get();
    }
}
