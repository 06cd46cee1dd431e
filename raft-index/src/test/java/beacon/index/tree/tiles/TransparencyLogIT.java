package beacon.index.tree.tiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.journal.JournalException;
import beacon.index.tree.Hash;
import beacon.index.tree.MemoryNodes;
import beacon.index.tree.MerkleProofs;
import beacon.index.tree.ProofException;
import beacon.index.tree.ProofMaker;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.Ed25519Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransparencyLogIT {
    /** More than one full tile of level 1. */
    private static final int LARGE = 70_000;

    private static final Ed25519Signer SIGNER = Ed25519Signer.ofNotes("beacon.example/test", new byte[32]);
    private static final MemoryNodes EXPECTED = new MemoryNodes();
    private static final TamperedJournal JOURNAL = TamperedJournal.of(LARGE);

    @TempDir
    private Path folder;

    @BeforeAll
    static void buildTheExpectedTree() {
        for (int sequence = 1; sequence <= LARGE; sequence++) {
            EXPECTED.append(JOURNAL.get(sequence));
        }
    }

    @Test
    void provesEveryKindOfPlaceInATreeOfSeveralTileLevels() {
        TransparencyLog log = filled(JOURNAL, LARGE);

        checkProofs(log, LARGE, 300);
        assertThat(log.root()).isEqualTo(EXPECTED.frontier().root());
        assertThat(log.encodeFrontier()).isEqualTo(EXPECTED.frontier().encode());
    }

    @Test
    void goesOnFromASnapshotOfAnySize() {
        filled(JOURNAL, 1000);
        for (int size : new int[] {0, 1, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, LARGE}) {
            byte[] frontier = frontierAt(size);

            TransparencyLog log = open(JOURNAL, frontier);

            assertThat(log.size()).isEqualTo(size);
            assertThat(log.root()).isEqualTo(new ProofMaker(EXPECTED).root(size));
            int more = Math.min(LARGE, size + 300);
            appendUpTo(log, JOURNAL, more);
            checkProofs(log, more, 20);
        }
    }

    @Test
    void repairsMissingAndDamagedTilesFromTheJournal() throws IOException {
        byte[] frontier = filled(JOURNAL, LARGE).encodeFrontier();
        byte[] first = Files.readAllBytes(folder.resolve("tile/0/000"));
        List<Path> tiles = tileFiles();
        for (int i = 0; i < tiles.size(); i++) {
            switch (i % 4) {
                case 0 -> Files.delete(tiles.get(i));
                case 1 -> flip(tiles.get(i), i);
                case 2 -> Files.write(tiles.get(i), new byte[i]);
                default -> Files.write(tiles.get(i), new byte[8192]);
            }
        }

        TransparencyLog log = open(JOURNAL, frontier);

        checkProofs(log, LARGE, 300);
        log.inclusionProof(0, LARGE);
        assertThat(Files.readAllBytes(folder.resolve("tile/0/000"))).isEqualTo(first);
    }

    @Test
    void repairsATileThatIsDamagedWhileTheLogIsOpen() throws IOException {
        TransparencyLog log = open(JOURNAL, filled(JOURNAL, 3000).encodeFrontier());
        byte[] before = Files.readAllBytes(folder.resolve("tile/0/003"));
        flip(folder.resolve("tile/0/003"), 77);

        List<Hash> proof = log.inclusionProof(3 * 256 + 5, 3000);

        MerkleProofs.verifyInclusion(leaf(3 * 256 + 5), 3 * 256 + 5, 3000, proof, log.root());
        assertThat(Files.readAllBytes(folder.resolve("tile/0/003"))).isEqualTo(before);
    }

    @Test
    void saysWhereHistoryDiffersWhenTheJournalCannotRepairATile() throws IOException {
        TamperedJournal journal = TamperedJournal.of(3000);
        TransparencyLog log = open(journal, filled(journal, 3000).encodeFrontier());
        journal.tamper(800, bytes -> TamperedJournal.recorded(801));
        Files.delete(folder.resolve("tile/0/003"));

        assertThatThrownBy(() -> log.inclusionProof(3 * 256 + 5, 3000))
                .isInstanceOfSatisfying(TileException.HistoryDiffers.class, e -> {
                    assertThat(e.firstSequence()).isEqualTo(3 * 256 + 1);
                    assertThat(e.lastSequence()).isEqualTo(4 * 256);
                });
        MerkleProofs.verifyInclusion(leaf(3), 3, 3000, log.inclusionProof(3, 3000), log.root());
    }

    @Test
    void namesTheDamagedRecordThatKeepsATileFromBeingRepaired() throws IOException {
        TamperedJournal journal = TamperedJournal.of(3000);
        TransparencyLog log = open(journal, filled(journal, 3000).encodeFrontier());
        journal.damage(800);
        Files.delete(folder.resolve("tile/0/003"));

        assertThatThrownBy(() -> log.inclusionProof(3 * 256 + 5, 3000))
                .isInstanceOfSatisfying(
                        JournalException.Damaged.class,
                        e -> assertThat(e.sequence()).isEqualTo(800));
    }

    @Test
    void refusesToOpenOnAJournalThatIsNotThatOfTheSnapshot() {
        TamperedJournal journal = TamperedJournal.of(3000);
        byte[] frontier = filled(journal, 3000).encodeFrontier();
        journal.tamper(2999, bytes -> TamperedJournal.recorded(5));
        TamperedJournal shorter = TamperedJournal.of(2999);

        assertThatThrownBy(() -> open(journal, frontier)).isInstanceOf(TileException.HistoryDiffers.class);
        assertThatThrownBy(() -> open(shorter, frontier))
                .isInstanceOf(TileException.Failed.class)
                .hasMessageContaining("2999");
        assertThatThrownBy(() -> open(journal, new byte[] {1, 2})).isInstanceOf(ProofException.class);
    }

    @Test
    void worksWithoutTilesWhenTheDiskTakesNone() throws IOException {
        Files.createFile(folder.resolve("tile"));
        TransparencyLog full = filled(JOURNAL, 3000);

        checkProofs(full, 3000, 50);
        assertThat(full.failedTileWrites()).isPositive();
    }

    @Test
    void worksWhenTheTileWriterNeverGetsToItsWork() {
        TransparencyLog refused = TransparencyLog.open(folder.resolve("a"), new byte[0], JOURNAL, SIGNER, task -> {
            throw new RejectedExecutionException("stopping");
        });
        List<Runnable> waiting = new ArrayList<>();
        TransparencyLog stuck = TransparencyLog.open(folder.resolve("b"), new byte[0], JOURNAL, SIGNER, waiting::add);

        appendUpTo(refused, JOURNAL, 3000);
        appendUpTo(stuck, JOURNAL, 3000);

        checkProofs(refused, 3000, 50);
        checkProofs(stuck, 3000, 50);
        waiting.forEach(Runnable::run);
        checkProofs(stuck, 3000, 50);
    }

    @Test
    void readersProveWhileTheLogGrows() throws Exception {
        ExecutorService writer = Executors.newSingleThreadExecutor();
        ExecutorService readers = Executors.newFixedThreadPool(3);
        TransparencyLog log = TransparencyLog.open(folder, new byte[0], JOURNAL, SIGNER, writer);
        List<Future<Integer>> proofs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            proofs.add(readers.submit(proveUntil(log, LARGE, i)));
        }

        appendUpTo(log, JOURNAL, LARGE);

        for (Future<Integer> made : proofs) {
            assertThat(made.get(60, TimeUnit.SECONDS)).isPositive();
        }
        readers.shutdown();
        writer.shutdown();
        assertThat(writer.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tileFiles()).hasSize(LARGE / 256 + LARGE / 65_536);
    }

    @Test
    void signsACheckpointOncePerSize() {
        TransparencyLog log = filled(JOURNAL, 10);

        String note = log.checkpoint();
        Checkpoint checkpoint = Checkpoint.open(note, List.of(log.verifier()));

        assertThat(checkpoint).isEqualTo(new Checkpoint("beacon.example/test", 10, log.root()));
        assertThat(log.checkpoint()).isSameAs(note);
        appendUpTo(log, JOURNAL, 11);
        assertThat(Checkpoint.open(log.checkpoint(), List.of(log.verifier())).size())
                .isEqualTo(11);
    }

    @Test
    void refusesProofsBeyondItsSize() {
        TransparencyLog log = filled(JOURNAL, 10);

        assertThatThrownBy(() -> log.inclusionProof(3, 11)).isInstanceOf(ProofException.class);
        assertThatThrownBy(() -> log.inclusionProof(10, 10)).isInstanceOf(ProofException.class);
        assertThatThrownBy(() -> log.consistencyProof(3, 11)).isInstanceOf(ProofException.class);
        assertThatThrownBy(() -> log.rootAt(-1)).isInstanceOf(ProofException.class);
        assertThatThrownBy(() -> log.checkpointAt(11)).isInstanceOf(ProofException.class);
    }

    private static Callable<Integer> proveUntil(TransparencyLog log, long last, int seed) {
        return () -> {
            Random random = new Random(seed);
            int made = 0;
            for (long size = 0; size < last; size = log.size()) {
                if (size > 1) {
                    checkProof(log, (long) (random.nextDouble() * size), size);
                    made++;
                }
            }
            return made;
        };
    }

    private static void checkProofs(TransparencyLog log, int size, int count) {
        Random random = new Random(size);
        for (int i = 0; i < count; i++) {
            int within = i == 0 ? size : 1 + random.nextInt(size);
            checkProof(log, random.nextInt(within), within);
        }
    }

    private static void checkProof(TransparencyLog log, long index, long size) {
        ProofMaker expected = new ProofMaker(EXPECTED);
        assertThat(log.rootAt(size)).isEqualTo(expected.root(size));
        assertThat(log.inclusionProof(index, size)).isEqualTo(expected.inclusion(index, size));
        assertThat(log.consistencyProof(index + 1, size)).isEqualTo(expected.consistency(index + 1, size));
    }

    private TransparencyLog filled(TamperedJournal journal, int size) {
        TransparencyLog log = open(journal, new byte[0]);
        appendUpTo(log, journal, size);
        return log;
    }

    private TransparencyLog open(TamperedJournal journal, byte[] frontier) {
        return TransparencyLog.open(folder, frontier, journal, SIGNER, Runnable::run);
    }

    private static void appendUpTo(TransparencyLog log, TamperedJournal journal, long size) {
        while (log.size() < size) {
            byte[] recorded = journal.get(log.size() + 1);
            log.append(recorded, recorded.length);
        }
    }

    private static byte[] frontierAt(int size) {
        MemoryNodes nodes = new MemoryNodes();
        for (int sequence = 1; sequence <= size; sequence++) {
            nodes.append(JOURNAL.get(sequence));
        }
        return nodes.frontier().encode();
    }

    private static Hash leaf(int index) {
        return new TreeHasher().leaf(JOURNAL.get(index + 1));
    }

    private List<Path> tileFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("tile"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void flip(Path file, int where) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[where % bytes.length] ^= 0x10;
        Files.write(file, bytes);
    }
}
