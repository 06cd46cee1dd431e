package beacon.index.audit;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.audit.Finding.Kind;
import beacon.index.tree.TreeHasher;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.Ed25519Signer;
import beacon.index.tree.tiles.PublishedTiles;
import beacon.index.tree.tiles.TamperedJournal;
import beacon.index.tree.tiles.TransparencyLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalAuditIT {
    private static final int SIZE = 1500;
    private static final Ed25519Signer SIGNER = Ed25519Signer.ofNotes("beacon.example/test", new byte[32]);

    @TempDir
    private Path folder;

    private final TamperedJournal journal = TamperedJournal.of(SIZE);
    private TransparencyLog log;
    private List<Checkpoint> checkpoints;

    @BeforeEach
    void publish() {
        log = TransparencyLog.open(folder, new byte[0], journal, SIGNER, Runnable::run);
        for (int sequence = 1; sequence <= SIZE; sequence++) {
            log.append(journal.get(sequence), journal.get(sequence).length);
        }
        log.publisher(false).step(SIZE);
        checkpoints = List.of(checkpoint(SIZE), checkpoint(0), checkpoint(700));
    }

    @Test
    void findsNothingInAnUntouchedJournal() {
        JournalAudit.Report report = withTiles(checkpoints);

        assertThat(report.finding()).isEmpty();
        assertThat(report.checked()).isEqualTo(SIZE);
        assertThat(report.root()).isEqualTo(log.root());
        assertThat(JournalAudit.verify(TamperedJournal.of(0), List.of(), Optional.empty())
                        .root())
                .isEqualTo(TreeHasher.emptyRoot());
    }

    @Test
    void namesTheFirstRecordThatTheJournalSaysIsDamaged() {
        journal.damage(421);

        assertFinding(withTiles(checkpoints), 421, Kind.DAMAGED);
    }

    @Test
    void namesTheFirstRecordThatIsNotCanonical() {
        journal.tamper(900, bytes -> TamperedJournal.recorded(901));
        journal.tamper(33, bytes -> {
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 2);
            longer[bytes.length] = 1 << 3;
            longer[bytes.length + 1] = 33;
            return longer;
        });

        assertFinding(JournalAudit.verify(journal, List.of(), Optional.empty()), 33, Kind.MALFORMED);
    }

    @Test
    void namesTheFirstRecordOfAnotherSequence() {
        journal.tamper(1200, bytes -> TamperedJournal.recorded(1201));

        JournalAudit.Report report = JournalAudit.verify(journal, checkpoints, Optional.empty());

        assertFinding(report, 1200, Kind.SEQUENCE);
        assertThat(report.checked()).isEqualTo(1199);
    }

    @Test
    void namesTheFirstRecordThatIsOlderThanTheOneBefore() {
        journal.tamper(
                50,
                bytes -> TamperedJournal.event(50).setTimeUnixMicros(5).build().toByteArray());

        assertFinding(JournalAudit.verify(journal, List.of(), Optional.empty()), 50, Kind.TIME);
    }

    @Test
    void namesTheRecordThatWasRewrittenWithValidBytes() {
        rewrite(1003);

        assertFinding(withTiles(checkpoints), 1003, Kind.CHANGED);
        assertFinding(withTiles(List.of()), 1003, Kind.CHANGED);
    }

    @Test
    void narrowsAChangeDownToTheCheckpointsAroundItWithoutTiles() {
        rewrite(1003);

        JournalAudit.Report report = JournalAudit.verify(journal, checkpoints, Optional.empty());

        assertFinding(report, 701, Kind.ROOT);
        assertThat(report.finding().orElseThrow().detail()).contains("between sequence 701 and 1500");
    }

    @Test
    void tellsADamagedTileFromAChangedRecord() throws IOException {
        Path tile = folder.resolve("tile/0/002");
        byte[] bytes = Files.readAllBytes(tile);
        bytes[7 * 32] ^= 1;
        Files.write(tile, bytes);

        assertFinding(withTiles(checkpoints), 2 * 256 + 8, Kind.TILE);
        assertFinding(withTiles(List.of()), 2 * 256 + 8, Kind.TILE);
    }

    @Test
    void saysThatRecordsOfACheckpointAreMissing() {
        journal.truncate(1400);

        assertFinding(withTiles(checkpoints), 1401, Kind.MISSING);
    }

    /** A flipped byte anywhere is found, and the sequence named is the flipped one. */
    @Test
    void findsEveryFlippedByte() {
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            int sequence = 1 + random.nextInt(SIZE);
            byte[] before = journal.get(sequence);
            int bit = random.nextInt(before.length * 8);
            journal.tamper(sequence, bytes -> {
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                return bytes;
            });

            Optional<Finding> finding = withTiles(checkpoints).finding();

            assertThat(finding).as("bit %d of sequence %d", bit, sequence).isPresent();
            // A changed time can only be told from the record after it when the bytes are still a record.
            assertThat(finding.orElseThrow().sequence()).isEqualTo(sequence);
            journal.tamper(sequence, bytes -> before);
        }
    }

    private void rewrite(long sequence) {
        journal.tamper(
                sequence,
                bytes -> TamperedJournal.event(sequence)
                        .setActor("mallory")
                        .build()
                        .toByteArray());
    }

    private JournalAudit.Report withTiles(List<Checkpoint> against) {
        return JournalAudit.verify(journal, against, Optional.of(new PublishedTiles(folder)));
    }

    private Checkpoint checkpoint(long size) {
        return Checkpoint.open(log.checkpointAt(size), List.of(SIGNER.verifier()));
    }

    private static void assertFinding(JournalAudit.Report report, long sequence, Kind kind) {
        Finding finding = report.finding().orElseThrow();
        assertThat(finding.kind()).as(finding.toString()).isEqualTo(kind);
        assertThat(finding.sequence()).as(finding.toString()).isEqualTo(sequence);
    }
}
