package beacon.index.tree;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Published test vectors, which live beside the repository; without them the tests that need them are skipped. */
public final class Vectors {
    private Vectors() {}

    /** A file or folder of the vectors; skips the calling test when it is not there. */
    public static Path path(String name) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path found = at.resolveSibling("shared").resolve("vectors").resolve(name);
            if (Files.exists(found)) {
                return found;
            }
        }
        System.out.println("skipped: no ../shared/vectors/" + name);
        assumeThat(false).as("vectors " + name).isTrue();
        throw new AssertionError("not reached");
    }

    public static String text(String name) {
        return text(path(name));
    }

    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
