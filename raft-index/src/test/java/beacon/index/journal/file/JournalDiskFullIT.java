package beacon.index.journal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import beacon.index.journal.Journal;
import beacon.index.journal.JournalException;
import beacon.index.journal.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk is refused with everything as it was, and appends go on after space returns. Needs the right to mount. */
class JournalDiskFullIT {
    private static final int DISK_MEGABYTES = 24;

    @TempDir
    Path directory;

    private boolean mounted;

    @AfterEach
    void unmount() throws IOException {
        if (mounted) {
            Disk.run("umount", directory.toString());
        }
    }

    @Test
    void aFullMemoryDiskIsRefusedAndAppendsGoOnLater() throws IOException {
        mount("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "tmpfs", directory.toString());

        fillAndContinue(new JournalOptions(20, 1 << 18, 0));
    }

    @Test
    void aFullDiskIsRefusedAtEveryFileBoundary() throws IOException {
        mount("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "tmpfs", directory.toString());

        fillAndContinue(new JournalOptions(6, 1 << 16, 0));
    }

    @Test
    void aFullBlockDiskIsRefusedAndAppendsGoOnLater(@TempDir Path images) throws IOException {
        Path image = images.resolve("disk.img");
        Disk.run("truncate", "-s", DISK_MEGABYTES + "m", image.toString());
        mount("sh", "-c", "mkfs.ext4 -q -m 0 " + image + " && mount -o loop " + image + " " + directory);

        fillAndContinue(new JournalOptions(12, 1 << 18, 0));
    }

    @Test
    void leavesTheMarginToOthers() throws IOException {
        mount("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "tmpfs", directory.toString());
        Path own = directory.resolve("journal");

        try (Journal journal = ChronicleJournal.open(own, 0, new JournalOptions(20, 1 << 18, 4 << 20))) {
            long refused = appendUntilRefused(journal);

            assertThat(refused).isGreaterThan(1);
            assertThat(Files.getFileStore(directory).getUsableSpace()).isGreaterThanOrEqualTo(4 << 20);
        }
    }

    private void mount(String... command) {
        try {
            Disk.run(command);
            mounted = true;
        } catch (IOException e) {
            System.out.println("skipped, no small disk could be mounted: " + e.getMessage());
            Assumptions.abort("no small disk could be mounted: " + e.getMessage());
        }
    }

    private void fillAndContinue(JournalOptions options) throws IOException {
        Path own = directory.resolve("journal");
        Path ballast = directory.resolve("ballast");
        Files.write(ballast, new byte[6 << 20]);
        long refused;
        try (Journal journal = ChronicleJournal.open(own, 0, options)) {
            refused = appendUntilRefused(journal);
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatThrownBy(() -> journal.append(refused, record(refused)))
                        .isInstanceOf(JournalException.DiskFull.class);
            }
            assertThat(journal.lastSequence()).isEqualTo(refused - 1);
            assertReads(journal, refused - 1);

            Files.delete(ballast);
            for (long sequence = refused; sequence < refused + 500; sequence++) {
                journal.append(sequence, record(sequence));
            }
            assertReads(journal, refused + 499);
            long again = appendUntilRefused(journal);
            assertThat(again).isGreaterThan(refused + 500);
            journal.sync();
        }
        try (Journal journal = ChronicleJournal.open(own, refused + 499, options)) {
            assertThat(journal.lastSequence()).isGreaterThanOrEqualTo(refused + 499);
            assertReads(journal, journal.lastSequence());
        }
    }

    private static long appendUntilRefused(Journal journal) {
        for (long sequence = journal.lastSequence() + 1; sequence < 1_000_000; sequence++) {
            try {
                journal.append(sequence, record(sequence));
            } catch (JournalException.DiskFull e) {
                assertThat(e).hasMessageContaining("expected room for a journal record");
                return sequence;
            }
        }
        throw new AssertionError("the disk was never full");
    }

    private static byte[] record(long sequence) {
        return Records.bytes(sequence, 2_000);
    }

    private static void assertReads(Journal journal, long last) {
        try (var reader = journal.readFrom(1)) {
            for (long sequence = 1; sequence <= last; sequence++) {
                assertThat(reader.next()).isTrue();
                if (!java.util.Arrays.equals(reader.copy(), record(sequence))) {
                    throw new AssertionError("record " + sequence + " is not what was appended");
                }
            }
        }
    }
}
