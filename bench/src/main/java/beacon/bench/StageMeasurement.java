package beacon.bench;

import beacon.dht.artifact.Coding;
import beacon.dht.blockstore.BlockHash;
import beacon.dht.erasure.ReedSolomon;
import beacon.dht.erasure.StripeEncoder;
import beacon.keys.Entropy;
import beacon.keys.envelope.FileKey;
import beacon.keys.envelope.PayloadReader;
import beacon.keys.envelope.PayloadWriter;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The stages of put and get, each alone and with as many threads as it has there, on as many bytes of plaintext. Rates are
 * of plaintext, so that they compare with that of the whole.
 */
final class StageMeasurement implements AutoCloseable {
    /** Whoever sends a block and whoever gets it hashes it. */
    static final Map<String, Integer> TIMES = Map.of("hash", 2);

    private static final int BLOCK_BYTES = 1 << 20;
    private static final int OPENED_BYTES = 64 << 20;
    private static final int BUFFER_BYTES = 1 << 18;

    private final Path directory;
    private final long size;
    private final Entropy entropy;
    private final byte[] block;
    private final TransferStage transfer;

    StageMeasurement(Path directory, long size, Entropy entropy) {
        this.directory = directory;
        this.size = size;
        this.entropy = entropy;
        this.block = entropy.bytes(BLOCK_BYTES);
        this.transfer = new TransferStage(entropy, UnsafeByteOperations.unsafeWrap(block));
    }

    Map<String, Stage> ofPut() throws IOException {
        Map<String, Stage> stages = new LinkedHashMap<>();
        stages.put("seal", stage(this::seal));
        stages.put("hash", stage(() -> hash(Coding.DEFAULT.columns())));
        stages.put("encode", stage(this::encode));
        stages.put("transfer", stage(() -> transfer.send(blocks(Coding.DEFAULT.columns()))));
        stages.put("disk", stage(this::writeDurably));
        removeColumns();
        return stages;
    }

    /** Blocks come out of the page cache, as they do there. */
    Map<String, Stage> ofGet() throws IOException {
        byte[] nonce;
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (FileKey key = FileKey.generate(entropy)) {
            PayloadWriter writer = new PayloadWriter(key, entropy, sealed);
            nonce = writer.nonce().toByteArray();
            for (long done = 0; done < Math.min(size, OPENED_BYTES); done += BLOCK_BYTES) {
                writer.write(block, 0, BLOCK_BYTES);
            }
            writer.finish();
            byte[] file = sealed.toByteArray();
            Map<String, Stage> stages = new LinkedHashMap<>();
            stages.put("open", stage(() -> open(key, nonce, file)));
            stages.put("hash", stage(() -> hash(Coding.DEFAULT.dataShards())));
            stages.put("transfer", stage(() -> transfer.send(blocks(Coding.DEFAULT.dataShards()))));
            stages.put("write", stage(this::write));
            return stages;
        }
    }

    private Stage stage(Stopwatch.Work work) {
        Stopwatch.Both took = Stopwatch.both(work);
        return new Stage(size / took.seconds() / 1e6, took.processorSeconds() / (size / 1e9));
    }

    private void seal() throws IOException {
        try (FileKey key = FileKey.generate(entropy)) {
            PayloadWriter writer = new PayloadWriter(key, entropy, OutputStream.nullOutputStream());
            for (long done = 0; done < size; done += BLOCK_BYTES) {
                writer.write(block, 0, BLOCK_BYTES);
            }
            writer.finish();
        }
    }

    private void open(FileKey key, byte[] nonce, byte[] file) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long opened = 0; opened < size; ) {
            try (PayloadReader reader = new PayloadReader(key, nonce, new ByteArrayInputStream(file))) {
                for (int read = reader.read(buffer); read >= 0; read = reader.read(buffer)) {
                    opened += read;
                }
            }
        }
    }

    /** Ids of all blocks, so many for each ten of plaintext, on all processors. */
    private void hash(int ofTen) throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        long blocks = blocks(ofTen);
        ByteString bytes = UnsafeByteOperations.unsafeWrap(block);
        inParallel(threads, number -> {
            for (long i = number; i < blocks; i += threads) {
                Cid unused = BlockHash.sha256(Cid.RAW, bytes);
            }
        });
    }

    private void encode() {
        Coding coding = Coding.DEFAULT;
        ReedSolomon code = new ReedSolomon(coding.dataShards(), coding.parityShards());
        StripeEncoder encoder = new StripeEncoder(code, BLOCK_BYTES, (stripe, cells, length) -> {});
        for (long done = 0; done < size; done += BLOCK_BYTES) {
            encoder.write(block, 0, BLOCK_BYTES);
        }
        encoder.finish();
    }

    /** Each node's column at once, durable after every block, which is what a receipt says. */
    private void writeDurably() throws Exception {
        long stripes = blocks(1);
        inParallel(Coding.DEFAULT.columns(), number -> {
            try (FileChannel file = FileChannel.open(
                    column(number),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                for (long i = 0; i < stripes; i++) {
                    writeAll(file);
                    file.force(false);
                }
            }
        });
    }

    private void write() throws IOException {
        Path file = directory.resolve("written");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long done = 0; done < size; done += BLOCK_BYTES) {
                writeAll(out);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void writeAll(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(block);
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private Path column(int number) {
        return directory.resolve("column-" + number);
    }

    @Override
    public void close() {
        transfer.close();
    }

    private void removeColumns() throws IOException {
        for (int number = 0; number < Coding.DEFAULT.columns(); number++) {
            Files.deleteIfExists(column(number));
        }
    }

    /** Blocks, so many for each ten of plaintext. */
    private long blocks(int ofTen) {
        long stripeBytes = (long) Coding.DEFAULT.dataShards() * BLOCK_BYTES;
        return (size * ofTen + stripeBytes - 1) / stripeBytes;
    }

    /** The share of one thread. */
    private interface Part {
        void run(int number) throws IOException;
    }

    private static void inParallel(int threads, Part part) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> parts = new ArrayList<>();
            for (int number = 0; number < threads; number++) {
                int mine = number;
                parts.add(() -> {
                    part.run(mine);
                    return null;
                });
            }
            for (Future<Void> each : pool.invokeAll(parts)) {
                each.get();
            }
        } finally {
            pool.shutdown();
        }
    }
}
