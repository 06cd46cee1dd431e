package beacon.index.journal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.journal.Journal;
import beacon.index.journal.JournalException;
import beacon.index.journal.Records;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage to files at rest: what was vouched for is refused or named, what was not is cut; nothing wrong is ever read. */
class JournalDamageIT {
    private static final JournalOptions SMALL = new JournalOptions(7, 1 << 16, 0);
    private static final long RECORDS = 450;
    private static final int ROUNDS = 120;

    @TempDir
    Path directory;

    private Path original;
    private Path copy;

    @BeforeEach
    void writeAJournal() throws IOException {
        original = Files.createDirectory(directory.resolve("original"));
        copy = directory.resolve("copy");
        try (Journal journal = ChronicleJournal.open(original, 0, SMALL)) {
            Records.appendTo(journal, RECORDS);
        }
    }

    @Test
    void aFlippedByteInVouchedHistoryIsRefusedOrNamedByTheReader() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        int found = 0;
        for (int round = 0; round < ROUNDS; round++) {
            freshCopy();
            int cycle = random.nextInt(4);
            long position = random.nextLong(usedBytes(cycle));
            flip(cycle, position, random);

            found += outcome(RECORDS, "round %d, file %d, position %d".formatted(round, cycle, position)) ? 1 : 0;
        }
        // Some flips hit padding, unused index entries or index entries of full files: they change nothing that is
        // read.
        assertThat(found).isGreaterThan(ROUNDS / 2);
    }

    @Test
    void everyFlippedBitOfARecordIsNamedWithItsSequence() throws IOException {
        freshCopy();
        long position = positionOf(200);
        int bytes = 8 + Records.bytes(200).length;
        for (int bit = 0; bit < 8 * bytes; bit += 7) {
            flipBit(1, position + bit / 8, bit % 8);

            assertThat(firstDamage()).as("bit %d", bit).isEqualTo(200);

            flipBit(1, position + bit / 8, bit % 8);
        }
    }

    @Test
    void theOfflineJournalNamesWhatIsDamagedAndChangesNothing() throws IOException {
        freshCopy();
        assertThat(readOffline()).isEqualTo(RECORDS);
        SplittableRandom random = new SplittableRandom(6);
        for (int round = 0; round < ROUNDS; round++) {
            freshCopy();
            long sequence = 1 + random.nextLong(RECORDS);
            long position = positionOf(sequence) + random.nextInt(8 + Records.bytes(sequence).length);
            flip((int) ((sequence - 1) / 128), position, random);

            assertThatThrownBy(this::readOffline)
                    .as("round %d, record %d, position %d", round, sequence, position)
                    .isInstanceOfSatisfying(
                            JournalException.Damaged.class,
                            e -> assertThat(e.sequence()).isEqualTo(sequence));
        }
    }

    /** Last sequence that the offline journal yields. */
    private long readOffline() {
        try (Journal journal = new OfflineJournal(new CycleFiles(copy, 7))) {
            Records.assertReads(journal, 1, journal.lastSequence());
            return journal.lastSequence();
        }
    }

    @Test
    void aFlippedByteBehindTheVouchedHistoryIsCut() throws IOException {
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < ROUNDS; round++) {
            freshCopy();
            long durable = random.nextLong(RECORDS);
            int cycle = (int) (durable / 128) + random.nextInt(4 - (int) (durable / 128));
            boolean sameFile = cycle == durable / 128 && durable % 128 != 0;
            long from = sameFile ? endOf(durable) : 0;
            long position = from + random.nextLong(usedBytes(cycle) - from);
            flip(cycle, position, random);

            assertCutAndContinues(durable, "round %d, file %d, position %d".formatted(round, cycle, position));
        }
    }

    @Test
    void aFileTruncatedBehindTheVouchedHistoryIsCut() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < ROUNDS; round++) {
            freshCopy();
            long durable = 1 + random.nextLong(RECORDS);
            int cycle = (int) ((durable - 1) / 128);
            long from = endOf(durable);
            long position = from + random.nextLong(usedBytes(cycle) - from + 1);
            truncate(cycle, position);

            assertCutAndContinues(durable, "round %d, file %d, position %d".formatted(round, cycle, position));
        }
    }

    @Test
    void aFileTruncatedInsideTheVouchedHistoryIsRefusedWithTheFirstLostSequence() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 50; round++) {
            freshCopy();
            long lost = 1 + random.nextLong(RECORDS);
            truncate((int) ((lost - 1) / 128), positionOf(lost) + random.nextInt(8 + Records.bytes(lost).length));

            assertThatThrownBy(() -> ChronicleJournal.open(copy, RECORDS, SMALL))
                    .as("lost %d", lost)
                    .isInstanceOf(JournalException.Damaged.class)
                    .hasMessageContaining("let it catch up from the other members");
        }
    }

    @Test
    void zeroedPagesBehindTheVouchedHistoryAreCut() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < ROUNDS; round++) {
            freshCopy();
            int cycle = random.nextInt(4);
            long page = random.nextLong(usedBytes(cycle) / 4096 + 1);
            try (RandomAccessFile file = new RandomAccessFile(path(cycle).toFile(), "rw")) {
                file.seek(page * 4096);
                file.write(new byte[4096]);
            }

            assertCutAndContinues(0, "round %d, file %d, page %d".formatted(round, cycle, page));
        }
    }

    @Test
    void aMissingFileInTheMiddleIsRefused() throws IOException {
        for (int cycle = 0; cycle < 4; cycle++) {
            freshCopy();
            Files.delete(path(cycle));
            long lost = cycle * 128L + 1;

            assertThatThrownBy(() -> ChronicleJournal.open(copy, RECORDS, SMALL))
                    .isInstanceOfSatisfying(
                            JournalException.Damaged.class,
                            e -> assertThat(e.sequence()).isEqualTo(lost))
                    .hasMessageContaining("its file is missing")
                    .hasMessageContaining("let it catch up from the other members");
        }
    }

    @Test
    void anEmptyDirectoryIsRefusedWhenASnapshotVouchesForHistory() {
        assertThatThrownBy(() -> ChronicleJournal.open(copy, 1, SMALL))
                .isInstanceOfSatisfying(
                        JournalException.Damaged.class,
                        e -> assertThat(e.sequence()).isEqualTo(1));
    }

    @Test
    void leftoversOfADeadProcessDoNotDelayOpening() throws IOException {
        freshCopy();
        Files.createDirectories(copy.resolve("rewrite"));
        Files.write(copy.resolve("rewrite").resolve("19700101-000003N7.cq4"), new byte[100]);
        byte[] garbage = new byte[1 << 16];
        Arrays.fill(garbage, (byte) 0xff);
        Files.write(copy.resolve(QueueWriter.BOOKKEEPING_FILE), garbage);
        // A new file whose first header was never written, and a record whose writing never ended.
        Files.write(copy.resolve("19700101-000004N7.cq4"), new byte[4096]);
        try (RandomAccessFile file = new RandomAccessFile(path(3).toFile(), "rw")) {
            file.seek((endOf(RECORDS) + 3) & ~3L);
            file.write(new byte[] {0, 0, 0, (byte) 0x80, 1, 2, 3, 4});
        }

        assertCutAndContinues(RECORDS, "leftovers");
    }

    /** First sequence that opening or reading the whole journal names. */
    private long firstDamage() {
        try (Journal journal = ChronicleJournal.open(copy, RECORDS, SMALL)) {
            Records.assertReads(journal, 1, RECORDS);
            return 0;
        } catch (JournalException.Damaged e) {
            assertThat(e).hasMessageStartingWith("journal record " + e.sequence() + " is damaged: ");
            return e.sequence();
        }
    }

    /** Whether the damage was found; fails when anything wrong is read. */
    private boolean outcome(long durable, String what) {
        try (Journal journal = ChronicleJournal.open(copy, durable, SMALL)) {
            assertThat(journal.lastSequence()).as(what).isEqualTo(durable);
            Records.assertReads(journal, 1, durable);
            for (long first = 1; first <= durable; first += 37) {
                Records.assertReads(journal, first, first);
            }
            return false;
        } catch (JournalException.Damaged e) {
            assertThat(e.sequence()).as(what).isBetween(1L, durable);
            return true;
        }
    }

    private void assertCutAndContinues(long durable, String what) {
        long last;
        try (Journal journal = ChronicleJournal.open(copy, durable, SMALL)) {
            last = journal.lastSequence();
            assertThat(last).as(what).isBetween(durable, RECORDS);
            Records.assertReads(journal, 1, last);
            Records.appendTo(journal, RECORDS + 100);
            Records.assertReads(journal, 1, RECORDS + 100);
        }
        try (Journal journal = ChronicleJournal.open(copy, RECORDS + 100, SMALL)) {
            assertThat(journal.lastSequence()).as(what).isEqualTo(RECORDS + 100);
            Records.assertReads(journal, 1, RECORDS + 100);
        }
    }

    private void freshCopy() throws IOException {
        if (Files.isDirectory(copy)) {
            try (Stream<Path> entries = Files.walk(copy)) {
                for (Path entry :
                        entries.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(entry);
                }
            }
        }
        Files.createDirectory(copy);
        CycleFiles files = new CycleFiles(original, 7);
        for (int cycle : files.present()) {
            // Without the hole at the end: copying it would take most of the test's time.
            try (RandomAccessFile from = new RandomAccessFile(files.path(cycle).toFile(), "r")) {
                byte[] used = new byte[(int) usedBytes(cycle) + 4096];
                from.readFully(used);
                Files.write(path(cycle), used);
            }
        }
    }

    private Path path(int cycle) {
        return new CycleFiles(copy, 7).path(cycle);
    }

    private long usedBytes(int cycle) throws IOException {
        return CycleScan.of(new CycleFiles(original, 7), cycle).end();
    }

    private long positionOf(long sequence) throws IOException {
        CycleFiles files = new CycleFiles(original, 7);
        try (DocumentCursor cursor = new DocumentCursor(files.path(files.cycleOf(sequence)))) {
            for (int i = 0; i <= files.placeOf(sequence); i++) {
                cursor.next();
            }
            return cursor.recordPosition();
        }
    }

    private long endOf(long sequence) throws IOException {
        return sequence == 0 ? 0 : positionOf(sequence) + 8 + Records.bytes(sequence).length;
    }

    private void flip(int cycle, long position, SplittableRandom random) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path(cycle).toFile(), "rw")) {
            file.seek(position);
            int old = file.read();
            file.seek(position);
            file.write(old ^ (1 + random.nextInt(255)));
        }
    }

    private void flipBit(int cycle, long position, int bit) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path(cycle).toFile(), "rw")) {
            file.seek(position);
            int old = file.read();
            file.seek(position);
            file.write(old ^ (1 << bit));
        }
    }

    private void truncate(int cycle, long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path(cycle).toFile(), "rw")) {
            file.setLength(length);
        }
    }
}
