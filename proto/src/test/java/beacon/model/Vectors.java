package beacon.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Published test vectors, which live beside the project and not in it. */
public final class Vectors {
    private Vectors() {}

    /** The folder of a set; skips the test, with the reason, where the vectors are not there. */
    public static Path folder(String set) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolve("shared/vectors").resolve(set);
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        String reason = "skipped: found no folder shared/vectors/%s above %s"
                .formatted(set, Path.of("").toAbsolutePath());
        System.err.println(reason);
        Assumptions.abort(reason);
        throw new AssertionError("not reached");
    }

    /** The rows of a file with comma-separated values without its header; each is split and freed of quotes. */
    public static List<List<String>> rows(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .skip(1)
                    .map(line -> List.of(line.replace("\"", "").split(",\\s*", -1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
