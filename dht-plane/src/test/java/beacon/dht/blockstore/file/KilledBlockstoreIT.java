package beacon.dht.blockstore.file;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.dht.blockstore.BlockHash;
import beacon.dht.blockstore.ScrubStep;
import beacon.model.Cid;
import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledBlockstoreIT {
    private static final int KILLS = 50;

    @TempDir
    Path folder;

    @Test
    void killedFiftyTimesWhileWritingItNeverHasAWrongOrHalfBlock() throws Exception {
        Random random = new Random(7);
        List<Long> acknowledged = new ArrayList<>();

        for (int round = 0; round < KILLS; round++) {
            List<Long> kept = writeAndKill(round * 1_000_000L, 1 + random.nextInt(20), random.nextInt(3_000_000));
            assertThat(kept).as("round %d", round).isNotEmpty();
            acknowledged.addAll(kept);
            try (FileBlockstore store = BlockWriter.open(folder)) {
                for (long number : kept) {
                    ByteString bytes = BlockWriter.block(number);
                    assertThat(store.get(BlockHash.sha256(Cid.RAW, bytes))).contains(bytes);
                }
                assertThat(folder.resolve("tmp")).isEmptyDirectory();
            }
        }

        try (FileBlockstore store = BlockWriter.open(folder)) {
            long checked = 0;
            ScrubStep step;
            do {
                step = store.scrub(10 << 20);
                assertThat(step.corrupt()).isEmpty();
                checked += step.checkedBlocks();
            } while (!step.cycleDone());
            assertThat(checked).isGreaterThanOrEqualTo(acknowledged.size());
            assertThat(store.stats().blocks()).isEqualTo(checked);
            try (Stream<Path> files = Files.walk(folder.resolve("blocks"))) {
                assertThat(files.filter(Files::isRegularFile).count()).isEqualTo(checked);
            }
        }
    }

    /** Starts a writer, lets it acknowledge some blocks, kills it a moment later, and gives what it acknowledged. */
    private List<Long> writeAndKill(long start, int blocks, int spinNanos) throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BlockWriter.class.getName(),
                        folder.toString(),
                        Long.toString(start))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Long> kept = new ArrayList<>();
        try (BufferedReader lines = writer.inputReader()) {
            String line;
            while ((line = lines.readLine()) != null) {
                assertThat(line).startsWith("kept ");
                kept.add(Long.parseLong(line.substring("kept ".length())));
                if (kept.size() == blocks) {
                    long until = System.nanoTime() + spinNanos;
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    writer.toHandle().destroyForcibly();
                }
            }
        }
        writer.waitFor();
        return kept;
    }
}
