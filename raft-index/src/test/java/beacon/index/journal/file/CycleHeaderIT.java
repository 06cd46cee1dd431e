package beacon.index.journal.file;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.journal.Journal;
import beacon.index.journal.Records;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds our picture of Chronicle's files against the version in use. When this fails after an upgrade, the layout has
 * changed: adapt {@link QueueLayout}, {@link CycleHeader} and {@link IndexPages}, and think about journals on disk.
 */
class CycleHeaderIT {
    @TempDir
    Path directory;

    @Test
    void chronicleKeepsItsBookkeepingAsWeExpect() throws Exception {
        CycleFiles files = new CycleFiles(directory, 20);
        // Around the index entries (64) and the index pages (16,384).
        for (int records : new int[] {1, 2, 63, 64, 65, 128, 129, 16_383, 16_384, 16_385, 40_000}) {
            try (Journal journal = ChronicleJournal.open(directory, 0)) {
                Records.appendTo(journal, records);
            }

            CycleScan scan = CycleScan.of(files, 0);

            assertThat(scan.records()).isEqualTo(records);
            assertThat(scan.bookkept()).as("%d records", records).isTrue();
        }
    }
}
