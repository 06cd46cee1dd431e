package beacon.dht.blockstore.file;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.blockstore.BlockHash;
import beacon.dht.blockstore.BlockLimits;
import beacon.dht.blockstore.Blockstore;
import beacon.dht.blockstore.BlockstoreContract;
import beacon.dht.blockstore.ScrubStep;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlockstoreIT extends BlockstoreContract {
    private static final FileBlockstore.Options OPTIONS = new FileBlockstore.Options(LIMITS, 50_000, true);

    @TempDir
    Path folder;

    private final List<FileBlockstore> open = new ArrayList<>();

    @Override
    protected Blockstore store() {
        return open(OPTIONS);
    }

    private FileBlockstore open(FileBlockstore.Options options) {
        FileBlockstore store = FileBlockstore.open(folder, options, (cid, size) -> reported.add(cid));
        open.add(store);
        return store;
    }

    @AfterEach
    void close() {
        open.forEach(FileBlockstore::close);
    }

    @Override
    protected void damage(Blockstore store, Cid cid, ByteString bytesInstead) {
        try {
            Files.write(file(cid), bytesInstead.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(Cid cid) {
        return folder.resolve("blocks")
                .resolve("%03x".formatted(BlockFiles.shardOf(cid)))
                .resolve(cid.toString());
    }

    @Test
    void keepsBlocksAndUsageOverARestartWithoutListingThem() {
        Blockstore first = store();
        List<Cid> cids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            cids.add(BlockHash.sha256(Cid.RAW, block(i, 30)));
            put(first, block(i, 30));
        }

        FileBlockstore second = open(OPTIONS);

        assertThat(second.stats().blocks()).isEqualTo(200);
        assertThat(second.stats().bytes()).isEqualTo(6000);
        assertThat(second.get(cids.get(17))).contains(block(17, 30));
        assertThat(second.shardListings()).isZero();
    }

    @Test
    void answersRepeatedReadsFromMemoryAndCountsThem() {
        Blockstore store = store();
        put(store, block(1, 100));
        Cid cid = BlockHash.sha256(Cid.RAW, block(1, 100));

        for (int i = 0; i < 10; i++) {
            assertThat(store.get(cid)).isPresent();
        }

        assertThat(store.stats().cacheMisses()).isEqualTo(1);
        assertThat(store.stats().cacheHits()).isEqualTo(9);
        assertThat(store.stats().cacheHitRate()).isEqualTo(0.9);
    }

    @Test
    void theScrubLooksAtTheDiskAndNotAtTheCache() {
        Blockstore store = store();
        put(store, block(1, 100));
        Cid cid = BlockHash.sha256(Cid.RAW, block(1, 100));
        store.get(cid);
        damage(store, cid, block(2, 100));

        List<Cid> corrupt = scrubAll(store);

        assertThat(corrupt).containsExactly(cid);
        assertThat(store.get(cid)).isEmpty();
        assertThat(Files.exists(folder.resolve("quarantine").resolve(cid.toString())))
                .isTrue();
    }

    @Test
    void theScrubSetsWrongCountersRightAndLeavesForeignFilesAlone() throws IOException {
        FileBlockstore store = open(OPTIONS);
        put(store, block(1, 100));
        put(store, block(2, 100));
        Files.delete(file(BlockHash.sha256(Cid.RAW, block(1, 100))));
        Path foreign = file(BlockHash.sha256(Cid.RAW, block(2, 100))).resolveSibling("notes.txt");
        Files.writeString(foreign, "not a block");

        scrubAll(store);

        assertThat(store.stats().blocks()).isEqualTo(1);
        assertThat(store.stats().bytes()).isEqualTo(100);
        assertThat(foreign).exists();
    }

    @Test
    void theScrubGoesOnWhereItWasAfterARestart() {
        FileBlockstore first = open(OPTIONS);
        for (int i = 0; i < 100; i++) {
            put(first, block(i, 10));
        }
        for (int i = 0; i < 50; i++) {
            first.scrub(1);
        }

        FileBlockstore second = open(OPTIONS);
        int checked = 0;
        ScrubStep step;
        do {
            step = second.scrub(1);
            checked += step.checkedBlocks();
        } while (!step.cycleDone());

        assertThat(checked).isBetween(49, 60);
    }

    @Test
    void removesWhatACrashLeftHalfWritten() throws IOException {
        open(OPTIONS);
        Path half = folder.resolve("tmp").resolve("17");
        Files.writeString(half, "half a block");

        open(OPTIONS);

        assertThat(half).doesNotExist();
    }

    @Test
    void manyThreadsNeverExceedTheQuotaOrMixBlocks() throws Exception {
        FileBlockstore store = open(new FileBlockstore.Options(new BlockLimits(50_000, 10_000), 10_000, false));
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int start = thread * 10;
                all.add(pool.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        ByteString bytes = block(start + i, 1000);
                        Cid cid = BlockHash.sha256(Cid.RAW, bytes);
                        boolean kept = store.put(cid, bytes).isKept();
                        assertThat(store.get(cid).orElse(bytes)).isEqualTo(bytes);
                        if (kept && i % 3 == 0) {
                            store.delete(cid);
                        }
                        assertThat(store.stats().bytes()).isLessThanOrEqualTo(50_000);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
        long counted = store.stats().blocks();

        scrubAll(store);

        assertThat(store.stats().blocks()).isEqualTo(counted);
        assertThat(store.list(Optional.empty(), 1000)).hasSize((int) counted);
        assertThat(reported).isEmpty();
    }

    private static List<Cid> scrubAll(Blockstore store) {
        List<Cid> corrupt = new ArrayList<>();
        ScrubStep step;
        do {
            step = store.scrub(10_000);
            corrupt.addAll(step.corrupt());
        } while (!step.cycleDone());
        return corrupt;
    }
}
