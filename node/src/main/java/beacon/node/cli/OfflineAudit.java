package beacon.node.cli;

import beacon.index.audit.Finding;
import beacon.index.audit.JournalAudit;
import beacon.index.journal.JournalException;
import beacon.index.journal.file.ChronicleJournal;
import beacon.index.tree.note.Checkpoint;
import beacon.index.tree.note.NoteVerifier;
import beacon.index.tree.tiles.PublishedTiles;
import beacon.index.tree.tiles.TilePath;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Checks the journal of a stopped member against checkpoints that somebody signed. Without a checkpoint there would be
 * nothing that the journal has to agree with, and opening it would cut a damaged end off as if a crash had torn it; so
 * at least one is needed, and what it covers is never touched.
 */
final class OfflineAudit {
    private static final String JOURNAL = "journal";
    private static final String TILES = "tiles";

    private final Path directory;
    private final NoteVerifier key;
    private final Session session;

    OfflineAudit(Path directory, NoteVerifier key, Session session) {
        this.directory = directory;
        this.key = key;
        this.session = session;
    }

    /** Prints the report; fails when something is wrong. */
    void run(List<String> notes) {
        List<Checkpoint> checkpoints = checkpoints(notes);
        long covered = checkpoints.stream()
                .mapToLong(Checkpoint::size)
                .max()
                .orElseThrow(() -> new Failure(
                        "NO_CHECKPOINT",
                        "expected a checkpoint to compare with, but found none in " + directory.resolve(TILES),
                        "give one with --checkpoint FILE; beacon audit checkpoint makes it",
                        null));
        Path files = directory.resolve(JOURNAL);
        if (!Files.isDirectory(files)) {
            throw new Failure("STORAGE", "expected a journal at " + files + ", but found none");
        }
        try (ChronicleJournal journal = ChronicleJournal.open(files, covered)) {
            Path tiles = directory.resolve(TILES);
            print(
                    JournalAudit.verify(
                            journal,
                            checkpoints,
                            Files.isDirectory(tiles) ? Optional.of(new PublishedTiles(tiles)) : Optional.empty()),
                    checkpoints);
        } catch (JournalException.Damaged e) {
            throw new Failure("HISTORY_DAMAGED", "sequence " + e.sequence() + " is bad: " + e.getMessage(), null, e);
        }
    }

    private List<Checkpoint> checkpoints(List<String> notes) {
        List<String> all = new ArrayList<>(notes);
        Path published = directory.resolve(TILES).resolve(TilePath.CHECKPOINT);
        if (Files.exists(published)) {
            try {
                all.add(Files.readString(published));
            } catch (IOException e) {
                throw Failures.of(e);
            }
        }
        return all.stream()
                .map(note -> Checkpoint.open(note, List.of(key)))
                .sorted(Comparator.comparingLong(Checkpoint::size))
                .toList();
    }

    private void print(JournalAudit.Report report, List<Checkpoint> checkpoints) {
        Optional<Finding> finding = report.finding();
        JsonObject result = new JsonObject();
        result.addProperty("verified", finding.isEmpty());
        result.addProperty("checked", report.checked());
        result.addProperty("root", report.root().toString());
        result.addProperty("checkpoints", checkpoints.size());
        finding.ifPresent(bad -> {
            result.addProperty("first_bad_sequence", bad.sequence());
            result.addProperty("kind", bad.kind().name());
            result.addProperty("detail", bad.detail());
        });
        session.output().object(result);
        if (finding.isPresent()) {
            throw new Failure(
                    "HISTORY_DAMAGED",
                    "sequence " + finding.get().sequence() + " is bad: "
                            + finding.get().detail());
        }
    }
}
