package beacon.views.store;

import beacon.views.KeyValues;
import beacon.views.ViewException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * State in a RocksDB of its own. A commit is one atomic batch; it is not synced, because what a crash of the machine takes
 * from the end is made again from the log, and the batch says itself how far it goes. Memory is bounded: block cache and
 * write buffers of fixed size, whatever the state's.
 */
public final class RocksKeyValues implements KeyValues {
    private static final long CACHE_BYTES = 32L << 20;
    private static final long WRITE_BUFFER_BYTES = 16L << 20;
    private static final int BLOOM_BITS = 10;
    /** So many are merged into what there is at once, since each time all of that is written again. */
    private static final int NEW_FILES = 8;

    private final Options options;
    private final LRUCache cache;
    private final BloomFilter bloom;
    private final WriteOptions writes;
    private final RocksDB db;
    /** Belongs to the thread that commits. */
    private final BatchBytes batchBytes = new BatchBytes();

    /**
     * Opens the state in a directory, which is made if it is not there.
     *
     * @throws ViewException if another process has it open, or if it is damaged
     */
    public RocksKeyValues(Path directory) {
        load(directory);
        cache = new LRUCache(CACHE_BYTES);
        bloom = new BloomFilter(BLOOM_BITS);
        writes = new WriteOptions().setDisableWAL(true);
        options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxWriteBufferNumber(3)
                .setMaxOpenFiles(256)
                .setLevel0FileNumCompactionTrigger(NEW_FILES)
                .setKeepLogFileNum(2)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setFilterPolicy(bloom)
                        // In pieces: what is asked for is not read and thrown away as a whole each time.
                        .setIndexType(IndexType.kTwoLevelIndexSearch)
                        .setPartitionFilters(true)
                        .setCacheIndexAndFilterBlocks(true)
                        .setCacheIndexAndFilterBlocksWithHighPriority(true)
                        .setPinTopLevelIndexAndFilter(true)
                        .setPinL0FilterAndIndexBlocksInCache(true));
        try {
            db = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            closeOptions();
            throw new ViewException(
                    "expected to open the projections in %s, but failed: %s; if no other process has them open, remove the directory, and they are made again from the log"
                            .formatted(directory, e.getMessage()),
                    e);
        }
    }

    /**
     * Unpacks the native library beside the state, where the next start replaces it. Where all temporary files are, each process
     * that is killed would leave 17 MB for ever.
     */
    private static synchronized void load(Path directory) {
        try {
            Files.createDirectories(directory);
            NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
        } catch (UnsatisfiedLinkError notExecutable) {
            // As on a file system that is mounted so; then it is tried with the temporary files.
            RocksDB.loadLibrary();
        } catch (IOException e) {
            throw new UncheckedIOException("expected to make the directory " + directory, e);
        }
    }

    private static ViewException failed(RocksDBException cause) {
        return new ViewException(
                "expected the state of the projections to be readable and writable, but found: " + cause.getMessage(),
                cause);
    }

    /** Reads with these options; a snapshot is given back at the end. */
    private final class View implements Reader {
        private final ReadOptions reads = new ReadOptions();
        private final @Nullable Snapshot snapshot;

        View(@Nullable Snapshot snapshot) {
            this.snapshot = snapshot;
            if (snapshot != null) {
                reads.setSnapshot(snapshot);
            }
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            try {
                return db.get(reads, key);
            } catch (RocksDBException e) {
                throw failed(e);
            }
        }

        @Override
        public List<byte @Nullable []> getAll(List<byte[]> keys) {
            if (keys.isEmpty()) {
                // The store takes none of these for a mistake.
                return List.of();
            }
            try {
                return db.multiGetAsList(reads, keys);
            } catch (RocksDBException e) {
                throw failed(e);
            }
        }

        @Override
        public void scan(byte[] from, byte[] to, BiPredicate<byte[], byte[]> visitor) {
            try (Slice end = new Slice(to);
                    ReadOptions bounded = new ReadOptions(reads).setIterateUpperBound(end);
                    RocksIterator entries = db.newIterator(bounded)) {
                entries.seek(from);
                while (entries.isValid() && visitor.test(entries.key(), entries.value())) {
                    entries.next();
                }
                entries.status();
            } catch (RocksDBException e) {
                throw failed(e);
            }
        }

        @Override
        public void close() {
            reads.close();
            if (snapshot != null) {
                db.releaseSnapshot(snapshot);
            }
        }
    }

    @Override
    public Reader latest() {
        return new View(null);
    }

    @Override
    public Reader snapshot() {
        return new View(db.getSnapshot());
    }

    @Override
    public void commit(Changes changes) {
        batchBytes.clear();
        changes.forEach(batchBytes::add);
        try (WriteBatch batch = new WriteBatch(batchBytes.take())) {
            db.write(writes, batch);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public void removeRange(byte[] from, byte[] to) {
        try {
            db.deleteRange(writes, from, to);
        } catch (RocksDBException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        db.close();
        closeOptions();
    }

    private void closeOptions() {
        options.close();
        writes.close();
        bloom.close();
        cache.close();
    }
}
