package beacon.sim.cli;

import beacon.index.journal.JournalException;
import beacon.index.journal.file.OfflineJournal;
import beacon.index.state.RecordedCodec;
import beacon.model.MalformedRecord;
import beacon.node.backup.BackupCheck;
import beacon.node.backup.BackupException;
import beacon.node.backup.BackupReader;
import beacon.proto.v1.ExportChunk;
import beacon.sim.history.History;
import beacon.sim.history.HistoryReader;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a history from the journal of a stopped member, or a copy of it, or from a backup. Changes nothing. */
final class HistoryFile {
    private HistoryFile() {}

    /**
     * Reads.
     *
     * @param path a member's data directory, its journal directory, or a backup file
     * @throws IllegalArgumentException when it is none of them or is damaged
     */
    static History read(Path path) {
        try {
            if (Files.isRegularFile(path)) {
                return backup(path);
            }
            Path journal = Files.isDirectory(path.resolve("journal")) ? path.resolve("journal") : path;
            if (!Files.isDirectory(journal)) {
                throw new IllegalArgumentException(
                        "expected a backup, or the directory of a journal, but found nothing at " + path);
            }
            try (OfflineJournal files = new OfflineJournal(journal)) {
                return HistoryReader.read(files);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (BackupException | JournalException | MalformedRecord e) {
            throw new IllegalArgumentException(
                    "expected a history that can be read at %s, but: %s".formatted(path, e.getMessage()), e);
        }
    }

    private static History backup(Path path) throws IOException {
        HistoryReader history = new HistoryReader();
        BackupCheck check = new BackupCheck();
        try (BackupReader reader = BackupReader.open(path)) {
            for (ExportChunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
                check.add(chunk);
                for (ByteString event : chunk.getEvents().getEventsList()) {
                    history.add(RecordedCodec.decode(event.toByteArray()));
                }
            }
        }
        check.finish();
        return history.finish();
    }
}
