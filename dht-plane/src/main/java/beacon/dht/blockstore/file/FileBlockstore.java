package beacon.dht.blockstore.file;

import beacon.dht.blockstore.BlockHash;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.BlockstoreException;
import beacon.dht.blockstore.BlockstoreStats;
import beacon.dht.blockstore.PutOutcome;
import beacon.dht.blockstore.PutOutcome.AlreadyStored;
import beacon.dht.blockstore.PutOutcome.Refused;
import beacon.dht.blockstore.PutOutcome.Stored;
import beacon.dht.blockstore.QuarantineListener;
import beacon.dht.blockstore.ScrubStep;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A block store on a file system. Each block is a file of its bytes, named by its id, in one of 4,096 shards. A new block
 * is written beside, fsynced, renamed and its shard fsynced before it is acknowledged, so after a crash a block is there
 * whole or not at all. What is used is counted for each shard in a mapped file, so that opening lists nothing.
 *
 * <p>Safe for many threads: changes of a shard exclude each other, reads exclude nobody.
 */
public final class FileBlockstore implements Blockstore, AutoCloseable {
    private static final int LOCKS = 64;

    private final Options options;
    private final QuarantineListener listener;
    private final BlockFiles files;
    private final Usage usage;
    private final BlockCache cache;
    private final Scrubber scrubber;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
    /** Bytes of blocks that are being written; they count against the quota already. */
    private final AtomicLong reservedBytes = new AtomicLong();

    private final AtomicLong quarantined = new AtomicLong();

    /**
     * Settings.
     *
     * @param cacheBytes memory for blocks read lately
     * @param fsync false only in tests that write very many blocks
     */
    public record Options(BlockLimits limits, long cacheBytes, boolean fsync) {}

    private FileBlockstore(Path folder, Options options, QuarantineListener listener) throws IOException {
        this.options = options;
        this.listener = listener;
        this.files = new BlockFiles(folder, options.limits().maxBlockBytes(), options.fsync());
        this.usage = Usage.open(folder.resolve("usage"), BlockFiles.SHARDS);
        this.cache = new BlockCache(options.cacheBytes());
        this.scrubber = new Scrubber(folder.resolve("scrub"), this);
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** Opens or creates a store. */
    public static FileBlockstore open(Path folder, Options options, QuarantineListener listener) {
        return Disk.call("open the block store " + folder, () -> new FileBlockstore(folder, options, listener));
    }

    @Override
    public PutOutcome put(Cid cid, ByteString bytes) {
        Optional<Refused> refusal = options.limits().refusal(cid, bytes);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        int shard = BlockFiles.shardOf(cid);
        ReentrantLock lock = lock(shard);
        try {
            // Not from the cache: who is told that a block is stored relies on the disk.
            if (readVerified(cid, shard).isPresent()) {
                return new AlreadyStored();
            }
            long used = usage.bytes() + reservedBytes.addAndGet(bytes.size());
            try {
                if (used > options.limits().quotaBytes()) {
                    return options.limits().quotaExceeded(used - bytes.size(), bytes.size());
                }
                Disk.run("write block " + cid, () -> files.write(cid, shard, bytes));
                usage.add(shard, 1, bytes.size());
                return new Stored();
            } finally {
                reservedBytes.addAndGet(-bytes.size());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<ByteString> get(Cid cid) {
        Optional<ByteString> cached = cache.get(cid);
        if (cached.isPresent() || !BlockHash.isKnown(cid)) {
            return cached;
        }
        int shard = BlockFiles.shardOf(cid);
        Optional<ByteString> bytes = Disk.call("read block " + cid, () -> files.read(cid, shard));
        if (bytes.isEmpty()) {
            return bytes;
        }
        if (!BlockHash.matches(cid, bytes.get())) {
            return recheck(cid, shard);
        }
        cache.put(cid, bytes.get());
        if (!has(cid)) {
            // Deleted meanwhile: a deleted block must not live on in the cache.
            cache.remove(cid);
        }
        return bytes;
    }

    /** A bad read is believed only when no writer can be at work, and when a second one is bad as well. */
    private Optional<ByteString> recheck(Cid cid, int shard) {
        ReentrantLock lock = lock(shard);
        try {
            return readVerified(cid, shard);
        } finally {
            lock.unlock();
        }
    }

    /** Reads past the cache; a corrupt copy goes to quarantine. The caller holds the lock of the shard. */
    private Optional<ByteString> readVerified(Cid cid, int shard) {
        Optional<ByteString> bytes = Disk.call("read block " + cid, () -> files.read(cid, shard));
        if (bytes.isEmpty() || BlockHash.matches(cid, bytes.get())) {
            return bytes;
        }
        long size = Disk.call("quarantine block " + cid, () -> files.quarantine(cid, shard));
        cache.remove(cid);
        usage.add(shard, -1, -size);
        quarantined.incrementAndGet();
        listener.quarantined(cid, size);
        return Optional.empty();
    }

    @Override
    public OptionalInt verify(Cid cid) {
        return recheck(cid, BlockFiles.shardOf(cid))
                .map(bytes -> OptionalInt.of(bytes.size()))
                .orElse(OptionalInt.empty());
    }

    @Override
    public OptionalInt renew(Cid cid, Instant now) {
        int shard = BlockFiles.shardOf(cid);
        ReentrantLock lock = lock(shard);
        try {
            Optional<ByteString> good = readVerified(cid, shard);
            if (good.isEmpty()) {
                return OptionalInt.empty();
            }
            Disk.run("renew block " + cid, () -> files.touch(cid, shard, now));
            return OptionalInt.of(good.get().size());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean has(Cid cid) {
        return files.exists(cid, BlockFiles.shardOf(cid));
    }

    @Override
    public OptionalInt size(Cid cid) {
        return Disk.call("look up block " + cid, () -> files.size(cid, BlockFiles.shardOf(cid)));
    }

    @Override
    public boolean delete(Cid cid) {
        return deleteUnless(cid, Instant.MAX).isPresent();
    }

    @Override
    public OptionalInt deleteUnless(Cid cid, Instant storedSince) {
        int shard = BlockFiles.shardOf(cid);
        ReentrantLock lock = lock(shard);
        try {
            OptionalInt size = Disk.call("delete block " + cid, () -> files.delete(cid, shard, storedSince));
            if (size.isPresent()) {
                cache.remove(cid);
                usage.add(shard, -1, -size.getAsInt());
            }
            return size;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Cid> list(Optional<Cid> after, int limit) {
        return Disk.call("list blocks", () -> files.list(after, limit));
    }

    @Override
    public ScrubStep scrub(long maxBytes) {
        return Disk.call("scrub blocks", () -> scrubber.step(maxBytes));
    }

    /** Whether the copy on the disk is gone or good; used by the scrub. */
    boolean check(Cid cid) {
        int shard = BlockFiles.shardOf(cid);
        ReentrantLock lock = lock(shard);
        try {
            return !files.exists(cid, shard) || readVerified(cid, shard).isPresent();
        } finally {
            lock.unlock();
        }
    }

    /** Lists a shard and sets its counters to what is there, which heals what a crash between two steps left. */
    List<Cid> recount(int shard) throws IOException {
        ReentrantLock lock = lock(shard);
        try {
            BlockFiles.Listing listing = files.listShard(shard);
            usage.set(shard, listing.cids().size(), listing.bytes());
            return listing.cids();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public BlockstoreStats stats() {
        return new BlockstoreStats(
                usage.blocks(),
                usage.bytes(),
                options.limits().quotaBytes(),
                cache.hits(),
                cache.misses(),
                quarantined.get(),
                scrubber.cycles());
    }

    /** Shards listed since opening: zero unless somebody scrubs or lists. */
    long shardListings() {
        return files.shardListings();
    }

    private ReentrantLock lock(int shard) {
        ReentrantLock lock = locks[shard % LOCKS];
        lock.lock();
        return lock;
    }

    @Override
    public void close() {
        Disk.run("close the block store", usage::close);
    }

    /** Disk work whose failures become {@link BlockstoreException}. */
    static final class Disk {
        private Disk() {}

        interface Work<T> {
            T run() throws IOException;
        }

        interface Action {
            void run() throws IOException;
        }

        static <T> T call(String what, Work<T> work) {
            try {
                return work.run();
            } catch (IOException e) {
                throw new BlockstoreException("expected to " + what + ", but found " + e.getMessage(), e);
            }
        }

        static void run(String what, Action action) {
            try {
                action.run();
            } catch (IOException e) {
                throw new BlockstoreException("expected to " + what + ", but found " + e.getMessage(), e);
            }
        }
    }
}
