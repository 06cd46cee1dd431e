package beacon.index.tree.tiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.tree.RfcTree;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.Ed25519Signer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TilePublisherIT {
    private static final Ed25519Signer SIGNER = Ed25519Signer.ofNotes("beacon.example/test", new byte[32]);

    @TempDir
    private Path folder;

    private final TamperedJournal journal = TamperedJournal.of(2000);

    @Test
    void whatIsPublishedLeadsToItsCheckpointAfterEveryStep() throws IOException {
        TransparencyLog log = open(new byte[0]);
        TilePublisher publisher = log.publisher(false);
        Random random = new Random(7);
        while (publisher.published() < 2000) {
            appendUpTo(log, Math.min(2000, log.size() + random.nextInt(400)));
            int published = publisher.step(1 + random.nextInt(300));

            if (published > 0) {
                assertThat(audited()).isEqualTo(publisher.published());
            }
        }
        assertThat(partials()).allMatch(path -> path.contains("007.p/") || path.contains("tile/1/000.p/"));
    }

    @Test
    void publishesTheEmptyLog() {
        TilePublisher publisher = open(new byte[0]).publisher(false);

        assertThat(publisher.step(10)).isZero();

        assertThat(publisher.published()).isZero();
        assertThat(checkpoint().size()).isZero();
        assertThat(publisher.step(10)).isZero();
    }

    @Test
    void goesOnFromThePublishedCheckpoint() throws IOException {
        TransparencyLog log = open(new byte[0]);
        appendUpTo(log, 1000);
        log.publisher(true).step(700);
        Files.delete(folder.resolve("tile/entries/000"));
        TilePublisher next = open(log.encodeFrontier()).publisher(true);

        assertThat(next.step(200)).isEqualTo(200);

        assertThat(next.published()).isEqualTo(900);
        assertThat(folder.resolve("tile/entries/000")).doesNotExist();
        assertThat(checkpoint().size()).isEqualTo(900);
    }

    @Test
    void startsAgainWhenThePublishedCheckpointIsDamagedOrNotItsOwn() throws IOException {
        TransparencyLog log = open(new byte[0]);
        appendUpTo(log, 600);
        log.publisher(false).step(1000);
        Files.writeString(folder.resolve("checkpoint"), "nonsense");
        Files.delete(folder.resolve("tile/entries/000"));

        assertThat(log.publisher(false).step(1000)).isEqualTo(600);

        assertThat(audited()).isEqualTo(600);
    }

    @Test
    void waitsWhileTheLogIsBehindWhatWasPublished() {
        TransparencyLog before = open(new byte[0]);
        appendUpTo(before, 600);
        before.publisher(false).step(1000);
        TransparencyLog log = open(new byte[0]);
        TilePublisher publisher = log.publisher(false);
        appendUpTo(log, 500);

        assertThat(publisher.step(1000)).isZero();
        assertThat(checkpoint().size()).isEqualTo(600);

        appendUpTo(log, 601);
        assertThat(publisher.step(1000)).isEqualTo(1);
        assertThat(checkpoint().size()).isEqualTo(601);
    }

    @Test
    void refusesToPublishAHistoryThatDiffersFromThePublishedOne() {
        TransparencyLog before = open(new byte[0]);
        appendUpTo(before, 600);
        before.publisher(false).step(1000);
        journal.tamper(17, bytes -> TamperedJournal.recorded(18));
        TransparencyLog log = open(new byte[0]);
        appendUpTo(log, 700);
        TilePublisher publisher = log.publisher(false);

        assertThatThrownBy(() -> publisher.step(1000)).isInstanceOf(TileException.HistoryDiffers.class);

        assertThat(checkpoint().size()).isEqualTo(600);
    }

    @Test
    void refusesToPublishAnEntryThatIsNotTheLeaf() {
        TransparencyLog log = open(new byte[0]);
        appendUpTo(log, 600);
        journal.tamper(300, bytes -> TamperedJournal.recorded(301));
        TilePublisher publisher = log.publisher(false);

        assertThatThrownBy(() -> publisher.step(1000))
                .isInstanceOfSatisfying(
                        TileException.HistoryDiffers.class,
                        e -> assertThat(e.firstSequence()).isEqualTo(300));

        assertThat(folder.resolve("checkpoint")).doesNotExist();
        assertThat(publisher.published()).isEqualTo(-1);
    }

    @Test
    void leavesNoUnfinishedFilesBehindACrash() throws IOException {
        Path left = folder.resolve(".unfinished/7");
        Files.createDirectories(left.getParent());
        Files.writeString(left, "half");

        open(new byte[0]);

        assertThat(left).doesNotExist();
    }

    @Test
    void limitsTheBytesOfPartialBundles() throws IOException {
        TileFiles files = TileFiles.open(folder);
        for (int width = 1; width <= 20; width++) {
            files.write("tile/entries/000.p/" + width, new byte[100]);
        }

        files.limitPartials("tile/entries/000.p", 300);
        files.limitPartials("tile/entries/000.p", 10);

        assertThat(partials()).containsExactly("tile/entries/000.p/20");
    }

    /** Reads the folder as an auditor would, with the RFC's own definitions; returns the size of the checkpoint. */
    private long audited() throws IOException {
        Checkpoint checkpoint = checkpoint();
        List<byte[]> entries = new ArrayList<>();
        for (long bundle = 0; entries.size() < checkpoint.size(); bundle++) {
            int width = (int) Math.min(256, checkpoint.size() - entries.size());
            ByteBuffer bytes = ByteBuffer.wrap(read(TilePath.entries(bundle), width));
            ByteBuffer leaves = ByteBuffer.wrap(read(TilePath.hashes(0, bundle), width));
            List<byte[]> group = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                byte[] entry = new byte[Short.toUnsignedInt(bytes.getShort())];
                byte[] leaf = new byte[32];
                bytes.get(entry);
                leaves.get(leaf);
                assertThat(leaf).isEqualTo(RfcTree.mth(List.of(entry)));
                group.add(entry);
            }
            assertThat(bytes.hasRemaining() || leaves.hasRemaining()).isFalse();
            if (width == 256) {
                byte[] above = read(TilePath.hashes(1, 0), (int) (checkpoint.size() / 256));
                assertThat(Arrays.copyOfRange(above, (int) bundle * 32, (int) bundle * 32 + 32))
                        .isEqualTo(RfcTree.mth(group));
            }
            entries.addAll(group);
        }
        assertThat(checkpoint.root().bytes()).isEqualTo(RfcTree.mth(entries));
        return entries.size();
    }

    private byte[] read(String full, int width) throws IOException {
        return Files.readAllBytes(folder.resolve(width == 256 ? full : TilePath.partial(full, width)));
    }

    private Checkpoint checkpoint() {
        try {
            return Checkpoint.open(Files.readString(folder.resolve("checkpoint")), List.of(SIGNER.verifier()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> partials() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("tile"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(path -> path.contains(".p/"))
                    .toList();
        }
    }

    private TransparencyLog open(byte[] frontier) {
        return TransparencyLog.open(folder, frontier, journal, SIGNER, Runnable::run);
    }

    private void appendUpTo(TransparencyLog log, long size) {
        while (log.size() < size) {
            byte[] recorded = journal.get(log.size() + 1);
            log.append(recorded, recorded.length);
        }
    }
}
