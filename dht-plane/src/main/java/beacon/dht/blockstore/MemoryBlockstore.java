package beacon.dht.blockstore;

import beacon.dht.blockstore.PutOutcome.AlreadyStored;
import beacon.dht.blockstore.PutOutcome.Refused;
import beacon.dht.blockstore.PutOutcome.Stored;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A block store in memory, for tests and simulation. Belongs to one thread. */
public final class MemoryBlockstore implements Blockstore {
    private static final Comparator<Cid> ORDER =
            Comparator.comparing(Cid::bytes, ByteString.unsignedLexicographicalComparator());

    private final BlockLimits limits;
    private final QuarantineListener listener;
    private final InstantSource clock;
    private final TreeMap<Cid, ByteString> blocks = new TreeMap<>(ORDER);
    private final TreeMap<Cid, Instant> times = new TreeMap<>(ORDER);
    private Optional<Cid> scrubbed = Optional.empty();
    private long bytes;
    private long reads;
    private long quarantined;
    private long scrubCycles;

    /** A store whose blocks are always new: none is old enough for {@link #deleteUnless}. */
    public MemoryBlockstore(BlockLimits limits, QuarantineListener listener) {
        this(limits, listener, () -> Instant.MAX);
    }

    /** @param clock says when blocks are stored */
    public MemoryBlockstore(BlockLimits limits, QuarantineListener listener, InstantSource clock) {
        this.clock = clock;
        this.limits = limits;
        this.listener = listener;
    }

    @Override
    public PutOutcome put(Cid cid, ByteString block) {
        Optional<Refused> refusal = limits.refusal(cid, block);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (verified(cid).isPresent()) {
            return new AlreadyStored();
        }
        if (bytes + block.size() > limits.quotaBytes()) {
            return limits.quotaExceeded(bytes, block.size());
        }
        blocks.put(cid, block);
        times.put(cid, clock.instant());
        bytes += block.size();
        return new Stored();
    }

    @Override
    public Optional<ByteString> get(Cid cid) {
        reads++;
        return verified(cid);
    }

    private Optional<ByteString> verified(Cid cid) {
        ByteString block = blocks.get(cid);
        if (block == null) {
            return Optional.empty();
        }
        if (BlockHash.matches(cid, block)) {
            return Optional.of(block);
        }
        delete(cid);
        quarantined++;
        listener.quarantined(cid, block.size());
        return Optional.empty();
    }

    @Override
    public boolean has(Cid cid) {
        return blocks.containsKey(cid);
    }

    @Override
    public OptionalInt verify(Cid cid) {
        return verified(cid).map(block -> OptionalInt.of(block.size())).orElse(OptionalInt.empty());
    }

    @Override
    public OptionalInt size(Cid cid) {
        ByteString block = blocks.get(cid);
        return block == null ? OptionalInt.empty() : OptionalInt.of(block.size());
    }

    @Override
    public OptionalInt renew(Cid cid, Instant now) {
        OptionalInt size = verify(cid);
        if (size.isPresent()) {
            times.put(cid, now);
        }
        return size;
    }

    @Override
    public OptionalInt deleteUnless(Cid cid, Instant storedSince) {
        Instant stored = times.get(cid);
        if (stored == null || !stored.isBefore(storedSince)) {
            return OptionalInt.empty();
        }
        OptionalInt size = size(cid);
        delete(cid);
        return size;
    }

    @Override
    public boolean delete(Cid cid) {
        times.remove(cid);
        ByteString removed = blocks.remove(cid);
        if (removed == null) {
            return false;
        }
        bytes -= removed.size();
        return true;
    }

    @Override
    public List<Cid> list(Optional<Cid> after, int limit) {
        var rest = after.isPresent() ? blocks.tailMap(after.get(), false) : blocks;
        return rest.keySet().stream().limit(limit).toList();
    }

    @Override
    public ScrubStep scrub(long maxBytes) {
        List<Cid> corrupt = new ArrayList<>();
        int checked = 0;
        long checkedBytes = 0;
        while (true) {
            List<Cid> next = list(scrubbed, 1);
            if (next.isEmpty()) {
                scrubbed = Optional.empty();
                scrubCycles++;
                return new ScrubStep(checked, checkedBytes, corrupt, true);
            }
            if (checked > 0 && checkedBytes >= maxBytes) {
                return new ScrubStep(checked, checkedBytes, corrupt, false);
            }
            Cid cid = next.get(0);
            scrubbed = Optional.of(cid);
            checked++;
            checkedBytes += size(cid).orElse(0);
            if (verified(cid).isEmpty()) {
                corrupt.add(cid);
            }
        }
    }

    @Override
    public BlockstoreStats stats() {
        return new BlockstoreStats(blocks.size(), bytes, limits.quotaBytes(), 0, reads, quarantined, scrubCycles);
    }

    /** Replaces the bytes of a stored block without any check: a broken disk, for tests and simulation. */
    public void damage(Cid cid, ByteString bytesInstead) {
        ByteString before = blocks.put(cid, bytesInstead);
        if (before == null) {
            throw new IllegalStateException("expected a stored block to damage, but found none for " + cid);
        }
        bytes += bytesInstead.size() - before.size();
    }
}
