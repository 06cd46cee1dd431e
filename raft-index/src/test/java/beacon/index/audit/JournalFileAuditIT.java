package beacon.index.audit;

import static org.assertj.core.api.Assertions.assertThat;

import beacon.index.audit.Finding.Kind;
import beacon.index.journal.Journal;
import beacon.index.journal.JournalException;
import beacon.index.journal.file.ChronicleJournal;
import beacon.index.journal.file.JournalOptions;
import beacon.index.tree.tiles.TamperedJournal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileAuditIT {
    private static final int RECORDS = 500;
    private static final JournalOptions SMALL = new JournalOptions(7, 1 << 16, 0);

    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        try (Journal journal = ChronicleJournal.open(folder, 0, SMALL)) {
            for (int sequence = 1; sequence <= RECORDS; sequence++) {
                journal.append(sequence, TamperedJournal.recorded(sequence));
            }
            journal.sync();
        }
    }

    @Test
    void anUntouchedJournalIsFoundRight() {
        JournalAudit.Report report = audit();

        assertThat(report.finding()).isEmpty();
        assertThat(report.checked()).isEqualTo(RECORDS);
    }

    @Test
    void aFlippedByteInAJournalFileIsNamed() throws IOException {
        for (int sequence : new int[] {137, 128, 300, RECORDS}) {
            flip("dr-" + sequence);

            Finding finding = audit().finding().orElseThrow();

            assertThat(finding.sequence()).isEqualTo(sequence);
            assertThat(finding.kind()).isEqualTo(Kind.DAMAGED);
            flip("er-" + sequence);
        }
    }

    private JournalAudit.Report audit() {
        try (Journal journal = ChronicleJournal.open(folder, RECORDS, SMALL)) {
            return JournalAudit.verify(journal, List.of(), Optional.empty());
        } catch (JournalException.Damaged e) {
            return JournalAudit.unopened(e);
        }
    }

    /** Changes the first byte of the only place with that text; d and e differ in one bit. */
    private void flip(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    bytes[at] ^= 1;
                    Files.write(file, bytes);
                    return;
                }
            }
        }
        throw new AssertionError("no file has " + text);
    }
}
