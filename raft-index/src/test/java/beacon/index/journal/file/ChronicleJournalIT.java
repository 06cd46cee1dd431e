package beacon.index.journal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.journal.Journal;
import beacon.index.journal.JournalContract;
import beacon.index.journal.JournalException;
import beacon.index.journal.Records;
import beacon.index.log.RecordReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleJournalIT extends JournalContract {
    static final JournalOptions SMALL = new JournalOptions(7, 1 << 16, 0);

    @TempDir
    Path directory;

    @Override
    protected Journal create() {
        return ChronicleJournal.open(directory, 0, SMALL);
    }

    @Override
    protected Journal reopen(Journal journal) {
        long last = journal.lastSequence();
        journal.close();
        return ChronicleJournal.open(directory, last, SMALL);
    }

    @Test
    void startsANewFileAtEachCycle() {
        filled(3 * 128);

        assertThat(new CycleFiles(directory, 7).present()).containsExactly(0, 1, 2);
    }

    @Test
    void reopensAtEveryPlaceAroundAFileBoundary() {
        try (Journal journal = create()) {
            Records.appendTo(journal, 120);
        }

        for (long last = 120; last < 140; last++) {
            try (Journal journal = ChronicleJournal.open(directory, last, SMALL)) {
                assertThat(journal.lastSequence()).isEqualTo(last);
                Records.assertReads(journal, 1, last);
                journal.append(last + 1, Records.bytes(last + 1));
            }
        }
    }

    @Test
    void concurrentReadersSeeEachRecordAsSoonAsItIsPublished() throws Exception {
        long records = 20_000;
        try (Journal journal = create()) {
            CompletableFuture<?>[] readers = new CompletableFuture<?>[3];
            for (int i = 0; i < readers.length; i++) {
                readers[i] = CompletableFuture.runAsync(() -> follow(journal, records));
            }

            Records.appendTo(journal, records);

            CompletableFuture.allOf(readers).get(60, TimeUnit.SECONDS);
        }
    }

    private static void follow(Journal journal, long records) {
        try (RecordReader reader = journal.readFrom(1)) {
            for (long sequence = 1; sequence <= records; sequence++) {
                long published = journal.lastSequence();
                while (!reader.next()) {
                    assertThat(published).isLessThan(sequence);
                    published = journal.lastSequence();
                    Thread.onSpinWait();
                }
                if (!java.util.Arrays.equals(reader.copy(), Records.bytes(sequence))) {
                    throw new AssertionError("record " + sequence + " is not what was appended");
                }
            }
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void anInterruptedThreadStillReadsAndAppends() {
        try (Journal journal = create()) {
            Records.appendTo(journal, 100);

            Thread.currentThread().interrupt();
            Records.appendTo(journal, 300);
            Records.assertReads(journal, 1, 300);

            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void oneProcessOpensItOnce() {
        try (Journal journal = create()) {
            assertThatThrownBy(this::create)
                    .isInstanceOf(JournalException.Failed.class)
                    .hasRootCauseInstanceOf(java.nio.channels.OverlappingFileLockException.class);
            Records.appendTo(journal, 1);
        }
        create().close();
    }

    @Test
    void refusesFilesOfAnotherCycleSize() {
        try (Journal journal = create()) {
            Records.appendTo(journal, 10);
        }

        assertThatThrownBy(() -> ChronicleJournal.open(directory, 10, JournalOptions.DEFAULTS))
                .isInstanceOf(JournalException.Failed.class)
                .hasMessageContaining("expected journal files named like")
                .hasMessageContaining("N7");
    }

    @Test
    void chronicleReadsItsFilesAsOneQueue() {
        filled(300).close();

        try (var queue = net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder.binary(directory)
                        .rollCycle(new EventRollCycle("yyyyMMdd-HHmmss'N7'"))
                        .timeProvider(() -> EventRollCycle.millisOf(2))
                        .build();
                var tailer = queue.createTailer()) {
            for (long sequence = 1; sequence <= 300; sequence++) {
                byte[] expected = Records.bytes(sequence);
                try (var document = tailer.readingDocument()) {
                    assertThat(document.isPresent()).isTrue();
                    byte[] found = new byte[4 + expected.length];
                    document.wire().bytes().read(found);
                    assertThat(found).endsWith(expected);
                }
            }
        }
    }

    @Test
    void anEmptyJournalTakesLittleDiskAndNoThreads() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));

        try (Journal journal = ChronicleJournal.open(empty, 0)) {
            journal.append(1, new byte[] {1});

            assertThat(journal.sizeBytes()).isLessThan(4 << 20);
            assertThat(Disk.usedBytes(empty)).isLessThan(4 << 20);
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("~"));
        }
    }

    @Test
    void saysTheDiskSpaceItTakes() throws Exception {
        JournalOptions options = new JournalOptions(12, 1 << 18, 0);
        Path own = Files.createDirectory(directory.resolve("own"));
        try (Journal journal = ChronicleJournal.open(own, 0, options)) {
            for (long sequence = 1; sequence <= 20_000; sequence++) {
                journal.append(sequence, Records.bytes(sequence, 256));
            }
            journal.sync();
            assertThat(journal.sizeBytes()).isBetween(Disk.usedBytes(own) * 9 / 10, Disk.usedBytes(own) * 11 / 10);
        }

        try (Journal journal = ChronicleJournal.open(own, 20_000, options)) {
            assertThat(journal.sizeBytes()).isBetween(Disk.usedBytes(own) * 9 / 10, Disk.usedBytes(own) * 11 / 10);
        }
    }
}
